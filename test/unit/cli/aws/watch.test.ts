import { DescribeJobsCommand, ListJobsCommand } from '@aws-sdk/client-batch';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, it } from 'vitest';
import { stagesOf } from '../../../../cli/aws/stages.ts';
import { watchRun } from '../../../../cli/aws/watch.ts';
import type { RunView } from '../../../../cli/aws/watch-view.ts';
import { terminalOn } from '../../../../cli/terminal.ts';

import { awsStatus } from '../../../../cli/ui/aws-status.ts';
import type { KnownStatus } from '../../../../cli/ui/local-status.ts';
import { shardFiles } from '../../../../core/artifacts/shard.ts';
import type { Store } from '../../../../core/store/store.ts';

import { arnOf, DEPLOYMENT, mockedClients, named, openTestTarget } from './target.ts';

const { batch, s3, stepFunctions } = mockedClients();

const BEGAN = Date.now() - 60_000;
const at = (seconds: number): Date => new Date(BEGAN + seconds * 1000);
const entered = (name: string, seconds: number): HistoryEvent => ({
  timestamp: at(seconds),
  type: 'TaskStateEntered',
  id: 1,
  stateEnteredEventDetails: { name },
});
const left = (name: string, seconds: number): HistoryEvent => ({
  timestamp: at(seconds),
  type: 'TaskStateExited',
  id: 1,
  stateExitedEventDetails: { name },
});
const HISTORY = [entered('Plan', 0), left('Plan', 2), entered('MineShards', 2)];
const job = (jobId: string, name: string, status: string, more = {}) => ({
  jobId,
  jobName: `main-${name}`,
  status: status as 'FAILED',
  createdAt: BEGAN + 3000,
  ...more,
});

let shown: string[];

beforeEach(() => {
  shown = [];
  stepFunctions.on(DescribeExecutionCommand).rejects(named('ExecutionDoesNotExist', 'no'));
  stepFunctions.on(GetExecutionHistoryCommand).resolves({ events: HISTORY });
  s3.on(GetObjectCommand).rejects(named('NoSuchKey', 'no'));
  batch.on(ListJobsCommand).resolves({ jobSummaryList: [] });
  batch.on(DescribeJobsCommand).resolves({ jobs: [] });
});

const ends = (status: 'SUCCEEDED' | 'FAILED' | 'RUNNING', more = {}): void => {
  stepFunctions.on(DescribeExecutionCommand, { executionArn: arnOf('main') }).resolves({ status, ...more });
};
const watch = async (signal = new AbortController().signal): Promise<string[]> =>
  watchRun(await openTestTarget(), { name: 'main', intervalMs: 1, show: (lines) => shown.push(...lines), signal });

describe('the stages of an execution', () => {
  it('follow its history, each round anew, and end also where a Catch writes no exit', () => {
    const rounds = [
      entered('Prepare', 0),
      entered('PrepareOnDemand', 1),
      entered('TrainPrimitives', 5),
      entered('TrainPrimitive', 5),
      left('TrainPrimitives', 7),
      entered('MineShards', 7),
      left('MineShards', 9),
      entered('MineShards', 12),
    ];
    const seconds = (date: Date | undefined) => date && (date.getTime() - BEGAN) / 1000;
    expect(stagesOf(rounds).map(({ step, started, ended }) => [step.state, seconds(started), seconds(ended)])).toEqual([
      ['Prepare', 0, 5],
      ['TrainPrimitives', 5, 7],
      ['MineShards', 7, 9],
      ['MineShards', 12, undefined],
    ]);
  });
});

describe('watch', () => {
  it('counts shards that are done, moved to the on-demand queue and failed, the queues, and the cost', async () => {
    ends('SUCCEEDED');
    const hour = { startedAt: BEGAN + 4000 - 3_600_000, stoppedAt: BEGAN + 4000 };
    batch.on(ListJobsCommand, { jobQueue: DEPLOYMENT.spotQueueArn }).resolves({
      jobSummaryList: [
        job('a', 'mine-0-0', 'SUCCEEDED', hour),
        job('b', 'mine-0-1', 'FAILED', hour),
        job('c', 'mine-0-2', 'RUNNABLE', { createdAt: BEGAN }),
        job('e', 'train-primitive-0', 'SUCCEEDED'),
      ],
    });
    batch.on(ListJobsCommand, { jobQueue: DEPLOYMENT.onDemandQueueArn }).resolves({
      jobSummaryList: [job('d', 'mine-0-1', 'FAILED', hour)],
    });

    await watch();

    expect(shown[0]).toBe('main: SUCCEEDED');
    expect(shown[1]).toBe('  Plan: done in 2.0 s');
    expect(shown[2]).toMatch(/^ {2}MineShards: .*1 shard done, 1 failed, 1 went to the on-demand queue$/);
    expect(shown[3]).toMatch(/0 running, 1 waiting \(the longest for 1 min/);
    // Two hours on Spot at 40 % and one on demand, of $0.526 each.
    expect(shown[4]).toContain('about $0.95');
  });

  it('tells the local page of the same, and where the run lies', async () => {
    ends('SUCCEEDED');
    batch.on(ListJobsCommand, { jobQueue: DEPLOYMENT.spotQueueArn }).resolves({
      jobSummaryList: [job('a', 'mine-0-0', 'SUCCEEDED'), job('c', 'mine-0-2', 'RUNNING', { startedAt: BEGAN + 4000 })],
    });
    const seen: [KnownStatus, string][] = [];
    const target = await openTestTarget();
    const onView = (view: RunView, { root }: Store): void => void seen.push([awsStatus(view), `${root} ${view.runId}`]);
    await watchRun(target, {
      name: 'main',
      intervalMs: 1,
      show: () => {},
      onView,
      signal: new AbortController().signal,
    });
    const [[{ stages, notes }, place]] = seen as [[KnownStatus, string]];
    expect(stages.map(({ name, isDone, unit, done }) => [name, isDone, unit, done])).toEqual([
      ['Plan', true, 'job', 0],
      ['MineShards', false, 'shard', 1],
    ]);
    expect(notes[0]).toContain('1 running, 0 waiting');
    expect(place).toBe(`s3://${DEPLOYMENT.bucket} main`);
  });

  it('explains a queue that gives no machine by the names of the quotas', async () => {
    ends('SUCCEEDED');
    const waiting = job('a', 'mine-0-0', 'RUNNABLE', { createdAt: Date.now() - 11 * 60_000 });
    batch.on(ListJobsCommand, { jobQueue: DEPLOYMENT.spotQueueArn }).resolves({ jobSummaryList: [waiting] });
    await watch();
    expect(shown.join('\n')).toMatch(/Running On-Demand G and VT instances[\s\S]*All G and VT Spot Instance Requests/);
  });

  it.each([-10, 10])('does not take a clock that is %i minutes off for a queue without machines', async (minutes) => {
    ends('SUCCEEDED');
    const now = Date.now() + minutes * 60_000;
    const waiting = job('a', 'mine-0-0', 'RUNNABLE', { createdAt: now - 90_000 });
    batch.on(ListJobsCommand, { jobQueue: DEPLOYMENT.spotQueueArn }).resolves({ jobSummaryList: [waiting] });
    const target = await openTestTarget();
    // As the SDK keeps it from the date of an answer.
    target.clients.batch.config.systemClockOffset = minutes * 60_000;
    const { signal } = new AbortController();
    await watchRun(target, { name: 'main', intervalMs: 1, show: (lines) => shown.push(...lines), signal });
    expect(shown.join('\n')).toMatch(/1 waiting \(the longest for 1 min 30 s\)/);
    expect(shown.join('\n')).not.toContain('Service Quotas');
  });

  it('fails with what the run said and where the logs of its failed jobs are', async () => {
    ends('FAILED', { error: 'DataError', cause: 'mining.maxFailedShards: 3 of 4 shards failed' });
    batch.on(ListJobsCommand, { jobQueue: DEPLOYMENT.onDemandQueueArn }).resolves({
      jobSummaryList: [job('d', 'mine-0-1', 'FAILED', { statusReason: 'Essential container in task exited' })],
    });
    batch.on(DescribeJobsCommand).resolves({
      jobs: [{ jobId: 'd', container: { logStreamName: 'mine/default/1' } } as never],
    });
    await expect(watch()).rejects.toMatchObject({
      name: 'RunFailedError',
      exitCode: 1,
      message: expect.stringMatching(
        /FAILED: DataError: mining\.maxFailedShards[\s\S]*mine-0-1: Essential.*log-group\/workers\/log-events\/mine\$252F[\s\S]*redrive main/,
      ),
    });
  });

  it('reads why the first shards failed, where the map says no more than that too many did', async () => {
    ends('FAILED', {
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    });
    const refused = { container: { exitCode: 65 }, statusReason: 'Essential container in task exited' };
    const shards = Array.from({ length: 7 }, (_, shard) => job(`spot-${shard}`, `mine-0-${shard}`, 'FAILED', refused));
    // Killed before it could speak, on either queue.
    const killed = { container: { exitCode: 137 }, statusReason: 'Task was killed', createdAt: BEGAN + 2000 };
    shards[6] = job('spot-6', 'mine-0-6', 'FAILED', killed);
    // Mined after a redrive.
    const again = job('again', 'mine-0-5', 'SUCCEEDED', { createdAt: BEGAN + 9000 });
    batch.on(ListJobsCommand, { jobQueue: DEPLOYMENT.spotQueueArn }).resolves({ jobSummaryList: [again, ...shards] });
    batch.on(ListJobsCommand, { jobQueue: DEPLOYMENT.onDemandQueueArn }).resolves({
      jobSummaryList: [job('od-6', 'mine-0-6', 'FAILED', { ...killed, createdAt: BEGAN + 2500 })],
    });
    for (const shard of [0, 1, 2, 3, 4, 6]) {
      const name = 'ShardUnreadableError';
      const said = { name, message: `s3://faces/pool/${shard}.tar is gzip.`, exitCode: 65 };
      s3.on(GetObjectCommand, { Key: shardFiles('main', 0, shard).error.key }).resolves({
        Body: { transformToByteArray: async () => Buffer.from(JSON.stringify(said)) },
      } as never);
    }

    const { message } = await watch().then(
      () => expect.unreachable('It failed.'),
      (error: Error) => error,
    );

    expect(shown.join('\n')).toContain('1 shard done, 6 failed, 1 went to the on-demand queue');
    expect(message.split('\n')).toEqual([
      expect.stringContaining('ExceedToleratedFailureThreshold: The specified'),
      '  mine-0-6: Task was killed.',
      ...[0, 1, 2, 3].map((shard) => `  mine-0-${shard}: ShardUnreadableError: s3://faces/pool/${shard}.tar is gzip.`),
      '  and 1 more job',
      expect.stringContaining('redrive main'),
    ]);
  });

  it('looks again until the run ends', async () => {
    stepFunctions
      .on(DescribeExecutionCommand, { executionArn: arnOf('main') })
      .resolvesOnce({ status: 'RUNNING' })
      .resolvesOnce({ status: 'RUNNING' })
      .resolves({ status: 'SUCCEEDED' });
    await watch();
    expect(shown.filter((line) => line.startsWith('main:'))).toEqual([
      'main: RUNNING',
      'main: RUNNING',
      'main: SUCCEEDED',
    ]);
  });

  it('ends without a word when it is interrupted, and leaves the run alone', async () => {
    ends('RUNNING');
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    expect(await watch(stop.signal)).toEqual([]);
  });
});

describe('the screen', () => {
  const screen = (isTTY: boolean) => {
    const written: string[] = [];
    return { written, write: (text: string) => written.push(text), isTTY, columns: 40 };
  };

  it('draws again in place on a terminal, never wider than it is', () => {
    const target = screen(true);
    let time = 0;
    const lines = terminalOn(target, {}, () => time);
    lines.show(['one', 'x'.repeat(80)]);
    time = 1000;
    lines.show(['two']);
    expect(target.written).toEqual([`one\n${'x'.repeat(39)}\n`, '\u001b[2A\u001b[0Jtwo\n']);
  });

  it('prints elsewhere what is new, and what only counts on every fifteen seconds', () => {
    const target = screen(false);
    let time = 0;
    const lines = terminalOn(target, {}, () => time);
    for (const [seconds, text] of [
      [0, '1 of 9 files'],
      [5, '2 of 9 files'],
      [16, '3 of 9 files'],
      [17, 'done'],
    ] as const) {
      time = seconds * 1000;
      lines.show([text]);
    }
    expect(target.written).toEqual(['1 of 9 files\n', '3 of 9 files\n', 'done\n']);
  });
});
