import { describe, expect, it } from 'vitest';
import { awsStatus } from '../../../../cli/ui/aws-status.ts';
import { liveCurves } from '../../../../cli/ui/live-curves.ts';
import { LocalStatus } from '../../../../cli/ui/local-status.ts';
import { STEPS } from '../../../../core/contracts/workflow.ts';
import type { RunEvent } from '../../../../local/events.ts';
import { writeClassRun } from '../../../support/class-run.ts';
import { memoryStore } from '../../../support/memory-store.ts';

const job = (index: number) => ({ id: `id-${index}`, name: 'mine', label: `shard ${index}`, logFile: '/log' });
const mine = STEPS.find(({ stage }) => stage === 'mine')!;

describe('what the page shows of a run on this machine', () => {
  it('keeps the stages that are done beside the one that runs, with its shards and its rate', () => {
    const status = new LocalStatus();
    const events: [RunEvent, number][] = [
      [{ type: 'stage-started', stage: 'Plan', jobs: 0 }, 0],
      [{ type: 'stage-ended', stage: 'Plan', seconds: 2, output: {} }, 2000],
      [{ type: 'stage-started', stage: mine.state, jobs: 4 }, 2000],
      [{ type: 'job-started', job: job(0), attempt: 1 }, 2000],
      [{ type: 'job-ended', job: job(0), succeeded: true, seconds: 3, reason: '' }, 5000],
      [{ type: 'job-started', job: job(1), attempt: 1 }, 5000],
      [{ type: 'job-progress', job: job(1), done: 500, total: 1000, unit: 'images' }, 9000],
      [{ type: 'job-ended', job: job(2), succeeded: false, seconds: 3, reason: 'cut' }, 9500],
    ];
    for (const [event, at] of events) status.accept(event, at);
    const { stages, jobs, notes } = status.known(10_000);
    expect(stages).toEqual([
      { name: 'Plan', isDone: true, seconds: 2, unit: 'job', done: 0, failed: 0, total: null, imagesPerSecond: null },
      {
        name: mine.state,
        isDone: false,
        seconds: 8,
        unit: 'shard',
        done: 1,
        failed: 1,
        total: 4,
        imagesPerSecond: 100,
      },
    ]);
    expect(jobs).toEqual([{ label: 'shard 1', seconds: 5, done: 500, total: 1000, unit: 'images' }]);
    expect(notes).toEqual(['shard 2: failed: cut']);
  });
});

describe('what the page shows of a run on AWS', () => {
  it('is what the terminal shows: shards, rate, queues and cost', () => {
    const shard = (index: number, status: string) => ({
      ...{ id: `${index}`, name: `mine-0-${index}`, kind: 'mine' as const, queue: 'spot' as const, status },
      ...{
        reason: undefined,
        exitCode: undefined,
        createdAt: 1000,
        startedAt: 2000,
        stoppedAt: status === 'RUNNING' ? undefined : 4000,
      },
    });
    const { stages, jobs, notes } = awsStatus({
      ...{ runId: 'main', status: 'RUNNING', retries: 0, imagesPerSecond: 50, plan: undefined, now: 10_000 },
      stages: [{ step: mine, started: new Date(1000) }],
      jobs: [shard(0, 'SUCCEEDED'), shard(1, 'RUNNING'), shard(2, 'RUNNING')],
    });
    expect(stages).toEqual([
      {
        name: mine.state,
        isDone: false,
        seconds: 9,
        unit: 'shard',
        done: 1,
        failed: 0,
        total: null,
        imagesPerSecond: 100,
      },
    ]);
    expect(jobs.map(({ label, seconds }) => [label, seconds])).toEqual([
      ['mine-0-1 (spot)', 8],
      ['mine-0-2 (spot)', 8],
    ]);
    expect(notes.join('\n')).toMatch(/2 running, 0 waiting[\s\S]*Computing so far: about \$/);
  });
});

describe('curves while a run goes on', () => {
  it('are read from its store, which is not asked at every look', async () => {
    const store = memoryStore();
    await writeClassRun(store, { classes: ['calm', 'glad'] });
    let gets = 0;
    const counted = {
      ...store,
      get: (key: string) => {
        gets += 1;
        return store.get(key);
      },
    };
    let now = 0;
    const curves = liveCurves(counted, 'classes', () => now);
    expect((await curves()).map(({ role }) => role)).toEqual(['primitive', 'control', 'student']);
    const asked = gets;
    now = 1000;
    await curves();
    expect(gets).toBe(asked);
    now = 60_000;
    await curves();
    expect(gets).toBeGreaterThan(asked);
  });
});
