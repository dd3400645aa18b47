import { StateMachine } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';
import { JOB_ENVIRONMENT, JOB_KINDS, type JobKind } from '../../core/contracts/job.ts';
import { RunInput } from '../../core/contracts/run-input.ts';
import { type Definition, definitionIn, type State, statesIn, templateWith } from './synthesised.ts';

const template = templateWith({ miningConcurrency: 7 });
const definition = definitionIn(template);
const states = new Map(statesIn(definition));
const jobStates = [...states].filter(([, { Resource }]) => Resource?.endsWith(':batch:submitJob.sync'));

const targets = (state: State): string[] =>
  [
    state.Next,
    state.Default,
    ...(state.Choices ?? []).map(({ Next }) => Next),
    ...(state.Catch ?? []).map(({ Next }) => Next),
  ].filter((name) => name !== undefined);

const reached = ({ StartAt, States }: Definition): Set<string> => {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const next of targets(States[name]!)) visit(next);
  };
  visit(StartAt);
  return seen;
};

describe('the state machine', () => {
  it('has the states that people and the local runner know by name', () => {
    expect([...states.keys()].sort()).toEqual(
      [
        ...['Plan', 'Prepare', 'PrepareOnDemand'],
        ...['TrainPrimitives', 'TrainPrimitive', 'TrainPrimitiveOnDemand'],
        ...['MineShards', 'MineShard', 'MineShardOnDemand', 'ShardFailed'],
        ...['Aggregate', 'TrainStudents', 'TrainStudent', 'TrainStudentOnDemand', 'AnotherRound', 'NextRound'],
        ...['Distill', 'DistillSet', 'DistillSetOnDemand', 'Evaluate', 'EvaluateSet', 'EvaluateSetOnDemand'],
        'Publish',
      ].sort(),
    );
  });

  it('reaches every state, and ends', () => {
    const machines = [definition, ...[...states.values()].flatMap(({ ItemProcessor }) => ItemProcessor ?? [])];
    for (const machine of machines) {
      expect([...reached(machine)].sort()).toEqual(Object.keys(machine.States).sort());
      expect(Object.values(machine.States).some(({ End }) => End === true)).toBe(true);
    }
  });

  it('mines in a Distributed Map of Standard children, as many at once as the settings say', () => {
    expect(states.get('MineShards')).toMatchObject({
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
      MaxConcurrency: 7,
    });
  });

  it('uses only what all engines share', () => {
    const text = JSON.stringify(definition);
    for (const feature of ['JSONata', 'ItemReader', 'ItemBatcher', 'ResultWriter', 'QueryLanguage']) {
      expect(text).not.toContain(feature);
    }
  });
});

describe.each(jobStates)('job state %s', (name, state) => {
  it('leaves attempts to the job definition, whose rules an own strategy would replace', () => {
    expect(state.Parameters).not.toHaveProperty('RetryStrategy');
  });

  it('passes none of the job description on', () => {
    expect(state.ResultPath).toBeNull();
    expect(name.startsWith('Prepare') || state.OutputPath === null).toBe(true);
  });

  it('submits again when the Batch API refuses, not all at the same moment', () => {
    expect(state.Retry).toEqual([
      {
        ErrorEquals: [
          'Batch.TooManyRequestsException',
          'Batch.ServerException',
          'Batch.AWSBatchException',
          'Batch.SdkClientException',
        ],
        IntervalSeconds: 2,
        BackoffRate: 2,
        MaxAttempts: 10,
        MaxDelaySeconds: 120,
        JitterStrategy: 'FULL',
      },
    ]);
  });

  it('goes from Spot to on demand, and from there only a shard goes on', () => {
    const caught = state.Catch?.map(({ Next }) => Next) ?? [];
    const onDemand = name.endsWith('OnDemand');
    const expected = onDemand ? (name === 'MineShardOnDemand' ? ['ShardFailed'] : []) : [`${name}OnDemand`];
    expect(caught).toEqual(expected);
    expect(state.Parameters?.JobQueue).toMatch(onDemand ? /^ComputeOnDemandQueue/ : /^ComputeSpotQueue/);
  });
});

describe('an execution', () => {
  // The engine needs it, and Node 20 has none.
  const withResolvers = <T>() => {
    const settle: { resolve?: (value: T) => void; reject?: (reason: unknown) => void } = {};
    const promise = new Promise<T>((resolve, reject) => Object.assign(settle, { resolve, reject }));
    return { promise, ...settle };
  };
  if (!('withResolvers' in Promise)) Object.assign(Promise, { withResolvers });

  const input = RunInput.parse({ labelled: 'file:///l', pool: 'file:///p', benchmarks: { own: 'file:///b' } });
  const planned = {
    runId: 'run_1',
    round: 0,
    shards: [0, 1],
    primitives: [{ role: 'primitive', seed: 3 }],
    students: [{ role: 'student', seed: 3 }],
    distilled: [{ method: 'k-center', ipc: 10 }],
    evaluations: [{ arm: 'only/k-center-ipc10' }],
  };

  /** Runs the definition; jobs of the kinds in `broken` fail on both queues. Returns what was called, in order. */
  const execute = async (broken: readonly JobKind[] = []) => {
    const calls: { state: string; payload: unknown }[] = [];
    const handlers = Object.fromEntries(
      [...states]
        .filter(([, { Type }]) => Type === 'Task')
        .map(([state, { Resource }]) => [
          state,
          async (payload: unknown): Promise<unknown> => {
            calls.push({ state, payload });
            if (state === 'Plan') return planned;
            if (state === 'Aggregate') {
              const { round } = payload as { round: number };
              return { again: round < 1, nextRound: round + 1 };
            }
            const isJob = Resource?.includes('batch') === true;
            const { JobDefinition } = payload as { JobDefinition?: string };
            if (isJob && broken.some((kind) => JobDefinition?.toLowerCase().startsWith(`jobs${kind}`))) {
              throw new Error('broken');
            }
            return { secret: 'what comes back from Batch' };
          },
        ]),
    );
    const machine = new StateMachine(definition as never, {
      validationOptions: { checkArn: false, checkPaths: false },
    });
    const { result } = machine.run(input as never, {
      overrides: { taskResourceLocalHandlers: handlers as never },
      context: { Execution: { Name: 'run_1' } } as never,
    });
    const ended = await result.then(
      () => 'succeeded',
      () => 'failed',
    );
    return { ended, calls };
  };

  const order = (calls: readonly { state: string }[]): string[] => calls.map(({ state }) => state);

  it('goes through two rounds in order, and tells every job what its contract asks for', async () => {
    // WHEN
    const { ended, calls } = await execute();
    // THEN
    expect(ended).toBe('succeeded');
    const round = ['MineShard', 'MineShard', 'Aggregate', 'TrainStudent'];
    expect(order(calls)).toEqual([
      'Plan',
      'Prepare',
      'TrainPrimitive',
      ...round,
      ...round,
      'DistillSet',
      'EvaluateSet',
      'Publish',
    ]);
    expect(calls[0]?.payload).toEqual({ runId: 'run_1', input });
    expect(calls.at(-1)?.payload).toEqual({ runId: 'run_1', round: 1 });
    const environments = calls.flatMap(({ payload }) => {
      const { JobDefinition, JobName, ContainerOverrides } = payload as {
        JobDefinition?: string;
        JobName: string;
        ContainerOverrides: { Environment: { Name: string; Value: string }[] };
      };
      const kind = JOB_KINDS.find((each) => JobDefinition?.toLowerCase().startsWith(`jobs${each}`));
      if (kind === undefined) return [];
      expect(JobName).toMatch(/^[A-Za-z0-9][\w-]{0,127}$/);
      const told = Object.fromEntries(ContainerOverrides.Environment.map(({ Name, Value }) => [Name, Value]));
      for (const value of Object.values(told)) expect(value).toBeTypeOf('string');
      return [JOB_ENVIRONMENT[kind].parse({ OMNIDISTILL_STORE: 's3://bucket', ...told })];
    });
    const common = { OMNIDISTILL_STORE: 's3://bucket', OMNIDISTILL_RUN_ID: 'run_1' };
    expect(environments).toHaveLength(10);
    expect(environments[2]).toEqual({ ...common, OMNIDISTILL_ROUND: 0, OMNIDISTILL_SHARD: 0 });
    expect(environments[7]).toEqual({
      ...common,
      OMNIDISTILL_ROUND: 1,
      OMNIDISTILL_ROLE: 'student',
      OMNIDISTILL_SEED: 3,
    });
    expect(environments[8]).toMatchObject({ OMNIDISTILL_METHOD: 'k-center', OMNIDISTILL_IPC: 10 });
    expect(environments[9]).toMatchObject({ OMNIDISTILL_ROUND: 1, OMNIDISTILL_ARM: 'only/k-center-ipc10' });
  });

  it('goes on to Aggregate when shards fail on both queues: what that means is for Aggregate to say', async () => {
    const { ended, calls } = await execute(['mine']);
    expect(ended).toBe('succeeded');
    expect(order(calls).filter((state) => state.startsWith('MineShard'))).toHaveLength(8);
    expect(order(calls)).toContain('Publish');
  });

  it('fails when any other job fails on both queues', async () => {
    const { ended, calls } = await execute(['prepare']);
    expect(ended).toBe('failed');
    expect(order(calls)).toEqual(['Plan', 'Prepare', 'PrepareOnDemand']);
  });
});
