import { DescribeJobsCommand, ListJobsCommand, TerminateJobCommand } from '@aws-sdk/client-batch';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, it } from 'vitest';
import { executionName } from '../../../../cli/aws/executions.ts';
import { redriveRun } from '../../../../cli/aws/redrive.ts';
import { listRuns, runLines } from '../../../../cli/aws/runs.ts';
import { stopRun } from '../../../../cli/aws/stop.ts';
import { arnOf, DEPLOYMENT, mockedClients, named, openTestTarget } from './target.ts';

const { batch, s3, stepFunctions } = mockedClients();

let said: string[];
const say = (line: string): void => void said.push(line);

beforeEach(() => {
  said = [];
  batch.on(ListJobsCommand).resolves({ jobSummaryList: [] });
});

/** What an object holds, as the SDK gives it. */
const bodyOf = (value: unknown) =>
  ({ Body: { transformToByteArray: async () => Buffer.from(JSON.stringify(value)) } }) as never;

const execution = (name: string, status: 'RUNNING' | 'FAILED' | 'SUCCEEDED', input = '{}', error?: string): void => {
  stepFunctions.on(DescribeExecutionCommand, { executionArn: arnOf(name) }).resolves({ status, input, error });
};

describe('stop', () => {
  it('stops the execution and every open job of this run, and no job of another', async () => {
    execution('main', 'RUNNING');
    const job = (jobId: string, jobName: string, status: 'RUNNING' | 'SUCCEEDED') => ({ jobId, jobName, status });
    batch.on(ListJobsCommand, { jobQueue: DEPLOYMENT.spotQueueArn }).resolves({
      jobSummaryList: [
        job('open', 'main-mine-0-3', 'RUNNING'),
        job('done', 'main-mine-0-2', 'SUCCEEDED'),
        job('other', 'main-2-mine-0-3', 'RUNNING'),
        job('case', 'Main-mine-0-3', 'RUNNING'),
        job('alike', 'main-prepare', 'RUNNING'),
      ],
    });
    batch.on(DescribeJobsCommand).resolves({
      jobs: [
        { jobId: 'open', tags: { 'omnidistill:run': 'main' } } as never,
        { jobId: 'alike', tags: { 'omnidistill:run': 'somebody-else' } } as never,
      ],
    });

    await stopRun(await openTestTarget(), 'main', say);

    expect(stepFunctions.commandCalls(StopExecutionCommand)[0]!.args[0].input).toMatchObject({
      executionArn: arnOf('main'),
    });
    const terminated = batch.commandCalls(TerminateJobCommand).map(({ args }) => args[0].input.jobId);
    expect(terminated).toEqual(['open']);
    expect(said.join('\n')).toMatch(/Stopped the run main[\s\S]*1 job[\s\S]*redrive main/);
  });

  it('says that a run has ended already instead of stopping it', async () => {
    execution('main', 'SUCCEEDED');
    await stopRun(await openTestTarget(), 'main', say);
    expect(stepFunctions.commandCalls(StopExecutionCommand)).toEqual([]);
    expect(said).toEqual(['The run main has ended already (SUCCEEDED).']);
  });

  it('names the stack and the Region where there is no such run', async () => {
    await expect(stopRun(await openTestTarget(), 'none', say)).rejects.toThrow(
      'no run "none" of the stack Omnidistill in eu-west-1',
    );
  });
});

/** The run t2, which an execution of another name goes on with. */
const continued = (status: 'RUNNING' | 'FAILED', more: 'owned' | 'listed'): void => {
  execution('t2', 'FAILED');
  execution('t2-again', status, '{"runId":"t2"}');
  const owner = { execution: arnOf('t2-again'), since: '2026-01-02T03:04:05Z', before: [arnOf('t2')] };
  if (more === 'owned') s3.on(GetObjectCommand, { Key: 'runs/t2/owner.json' }).callsFake(() => bodyOf(owner));
  else {
    const row = { executionArn: arnOf('t2-again'), stateMachineArn: 'm', startDate: new Date(), status };
    stepFunctions
      .on(ListExecutionsCommand, { statusFilter: 'RUNNING' })
      .resolves({ executions: [{ ...row, name: 't2-again' }] });
  }
};

describe('a run that an execution of any name goes on with', () => {
  it.each([
    ['t2', 'owned'],
    ['t2-again', 'owned'],
    ['t2', 'listed'],
  ] as const)('is stopped by the name %s (%s), or its jobs go on and cost', async (name, more) => {
    continued('RUNNING', more);
    await stopRun(await openTestTarget(), name, say);
    const stopped = stepFunctions.commandCalls(StopExecutionCommand).map(({ args }) => args[0].input.executionArn);
    expect(stopped).toEqual([arnOf('t2-again')]);
    expect(said[0]).toBe('Stopped the run t2 (execution t2-again).');
  });

  it('is not redriven beside it', async () => {
    continued('RUNNING', 'listed');
    await expect(redriveRun(await openTestTarget(), 't2', say)).rejects.toThrow(
      'The run t2 is running in the execution t2-again.',
    );
  });

  it('is redriven where it stood last, and goes on under the next free name where that cannot be', async () => {
    continued('FAILED', 'owned');
    stepFunctions.on(RedriveExecutionCommand).rejects(named('ExecutionNotRedrivable', 'too old'));
    stepFunctions.on(StartExecutionCommand).resolves({});
    await redriveRun(await openTestTarget(), 't2', say);
    expect(stepFunctions.commandCalls(RedriveExecutionCommand)[0]!.args[0].input.executionArn).toBe(arnOf('t2-again'));
    expect(stepFunctions.commandCalls(StartExecutionCommand)[0]!.args[0].input).toMatchObject({ name: 't2--2' });
  });
});

describe('redrive', () => {
  it('takes the run for the execution that it redrives: Plan, which is done, would not', async () => {
    execution('main', 'FAILED');
    stepFunctions.on(RedriveExecutionCommand).resolves({});
    await redriveRun(await openTestTarget(), 'main', say);
    const { Key, Body, IfNoneMatch } = s3.commandCalls(PutObjectCommand)[0]!.args[0].input;
    expect([Key, IfNoneMatch]).toEqual(['runs/main/owner.json', '*']);
    expect(JSON.parse(String(Body))).toMatchObject({ execution: arnOf('main') });
  });

  it('starts anew where harm is to be ignored: a redrive keeps its input', async () => {
    execution('main', 'FAILED', '{"pool":"s3://p"}');
    stepFunctions.on(StartExecutionCommand).resolves({});
    await redriveRun(await openTestTarget(), 'main', say, { evenIfHarmful: true });
    expect(stepFunctions.commandCalls(RedriveExecutionCommand)).toEqual([]);
    const { name, input } = stepFunctions.commandCalls(StartExecutionCommand)[0]!.args[0].input;
    expect(name).toBe('main--2');
    expect(JSON.parse(input!)).toEqual({ pool: 's3://p', runId: 'main', evenIfHarmful: true });
  });

  it.each([
    ['it is asked to', undefined, { fromStart: true }],
    ['what a job had left is gone: a redrive would not mine that shard again', 'LostOutputError', {}],
  ])('goes through all states where %s', async (_why, error, options) => {
    execution('main', 'FAILED', '{"pool":"s3://p"}', error);
    stepFunctions.on(StartExecutionCommand).resolves({});
    await redriveRun(await openTestTarget(), 'main', say, options);
    expect(stepFunctions.commandCalls(RedriveExecutionCommand)).toEqual([]);
    const { name, input } = stepFunctions.commandCalls(StartExecutionCommand)[0]!.args[0].input;
    expect([name, JSON.parse(input!)]).toEqual(['main--2', { pool: 's3://p', runId: 'main' }]);
  });

  it('redrives the execution where Step Functions can', async () => {
    execution('main', 'FAILED');
    stepFunctions.on(RedriveExecutionCommand).resolves({});
    await redriveRun(await openTestTarget(), 'main', say);
    expect(stepFunctions.commandCalls(StartExecutionCommand)).toEqual([]);
  });

  it('goes on in another execution, with the same input and run, where it cannot', async () => {
    execution('main', 'FAILED', '{"pool":"s3://in/p"}');
    execution('main--2', 'FAILED', '{"pool":"s3://in/p","runId":"main"}');
    stepFunctions.on(RedriveExecutionCommand).rejects(named('ExecutionNotRedrivable', 'too old'));
    stepFunctions.on(StartExecutionCommand).resolves({});

    await redriveRun(await openTestTarget(), 'main', say);

    const { name, input } = stepFunctions.commandCalls(StartExecutionCommand)[0]!.args[0].input;
    expect(name).toBe('main--3');
    expect(JSON.parse(input!)).toEqual({ pool: 's3://in/p', runId: 'main' });
    expect(said[0]).toContain('too old');
  });

  it.each(['RUNNING', 'SUCCEEDED'] as const)('refuses a run that is %s', async (status) => {
    execution('main', status);
    await expect(redriveRun(await openTestTarget(), 'main', say)).rejects.toThrow(/running|succeeded/);
    expect(stepFunctions.commandCalls(RedriveExecutionCommand)).toEqual([]);
  });

  it('is given the name of any execution of the run, also where the first one is forgotten', async () => {
    execution('main--2', 'FAILED', '{"pool":"s3://in/p","runId":"main"}');
    stepFunctions
      .on(RedriveExecutionCommand)
      .rejects(named('InternalFailure', 'The API for service stepfunctions has not yet been emulated by LocalStack.'));
    stepFunctions.on(StartExecutionCommand).resolves({});
    for (const name of ['main', 'main--2']) await redriveRun(await openTestTarget(), name, say);
    const names = stepFunctions.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input.name);
    expect(names).toEqual(['main--3', 'main--3']);
  });

  it('starts no second execution after a fault of the service, which may have redriven all the same', async () => {
    execution('main', 'FAILED');
    stepFunctions.on(RedriveExecutionCommand).rejects(named('InternalFailure', 'Something went wrong'));
    await expect(redriveRun(await openTestTarget(), 'main', say)).rejects.toThrow('Something went wrong');
    expect(stepFunctions.commandCalls(StartExecutionCommand)).toEqual([]);
  });

  it('does not take a denied redrive for one that is not possible', async () => {
    execution('main', 'FAILED');
    stepFunctions.on(RedriveExecutionCommand).rejects(named('AccessDeniedException', 'states:RedriveExecution'));
    await expect(redriveRun(await openTestTarget(), 'main', say)).rejects.toThrow('states:RedriveExecution');
    expect(stepFunctions.commandCalls(StartExecutionCommand)).toEqual([]);
  });

  it('never makes a name that is longer than Step Functions allows', () => {
    const longest = 'r'.repeat(80);
    expect(executionName(longest, 1)).toBe(longest);
    expect(executionName(longest, 12)).toMatch(/^r{76}--12$/);
  });
});

describe('runs', () => {
  it('lists the newest runs with how long they took, and lives without a summary', async () => {
    const startDate = new Date('2026-01-02T03:04:00Z');
    const row = { executionArn: 'a', stateMachineArn: 'b', startDate };
    stepFunctions.on(ListExecutionsCommand).resolves({
      executions: [
        { ...row, name: 'second', status: 'RUNNING' },
        { ...row, name: 'first', status: 'SUCCEEDED', stopDate: new Date('2026-01-02T03:06:00Z') },
        { ...row, name: 'oldest', status: 'FAILED', stopDate: startDate },
      ],
    });
    s3.on(GetObjectCommand).rejects(named('NoSuchKey', 'no'));

    const rows = await listRuns(await openTestTarget(), 2, startDate.getTime() + 30_000);

    expect(rows.map(({ run, status, seconds }) => [run, status, seconds])).toEqual([
      ['second', 'RUNNING', 30],
      ['first', 'SUCCEEDED', 120],
    ]);
    expect(runLines(rows)[1]).toMatch(/^first {3}SUCCEEDED {2}2026-01-02 03:04 {2}2 min 00 s$/);
    expect(runLines([])[0]).toContain('start');
  });

  it.each(['main--2', 'again'])('calls %s, which goes on with a run, by the name of the run', async (name) => {
    const row = { executionArn: 'a', stateMachineArn: 'b', startDate: new Date(0), stopDate: new Date(0) };
    stepFunctions.on(ListExecutionsCommand).resolves({ executions: [{ ...row, name, status: 'SUCCEEDED' }] });
    execution(name, 'SUCCEEDED', '{"runId":"main"}');
    const rows = await listRuns(await openTestTarget(), 2);
    expect(rows).toMatchObject([{ run: 'main', execution: name }]);
    expect(s3.commandCalls(GetObjectCommand)[0]!.args[0].input.Key).toBe('runs/main/summary.json');
    expect(runLines(rows)[0]).toContain(`main (${name})  SUCCEEDED`);
  });
});
