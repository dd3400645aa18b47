import { describe, expect, it } from 'vitest';
import { RunInput } from '../../core/contracts/run-input.ts';
import { JOB_KINDS, JOBS, type JobKind, parseJobName } from '../../core/contracts/stages.ts';
import { logicalIdOf } from '../../local/cloudformation/cloudformation-intrinsics.ts';
import { isBatch } from '../../local/step-functions/definition.ts';
import { execute as executeHere } from '../../local/step-functions/state-machine.ts';
import { type Definition, definitionIn, type State, statesIn, templateWith } from './synthesised.ts';

const template = templateWith({ miningConcurrency: 7 });
const definition = definitionIn(template);
const states = new Map(statesIn(definition));
const jobStates = [...states].filter(([, { Resource }]) => isBatch(Resource));

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
        ...['Plan', 'Aggregate', 'AnotherRound', 'NextRound', 'Decide', 'Publish'],
        ...['TrainPrimitives', 'MineShards', 'CompareFolds', 'TrainStudents', 'TrainConsistent', 'TrainNoisy'],
        ...['Pretrain', 'LabelViews', 'Distill', 'MeasurePrivacy', 'Evaluate'],
        ...[
          ...['Prepare', 'TrainPrimitive', 'MineShard', 'CompareFold', 'TrainStudent', 'TrainConsistentNet'],
          ...['TrainNoisyNet', 'PretrainNets', 'LabelDraw', 'DistillSet', 'MeasureSet', 'EvaluateSet'],
        ].flatMap((job) => [job, `${job}Failed`, `${job}Refused`, `${job}OnDemand`]),
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
      Label: 'MineShards',
      ToleratedFailureCountPath: '$.toleratedShards',
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
      MaxConcurrency: 7,
    });
  });

  it('lets nothing wait for ever, and cuts no function off before Lambda does', () => {
    for (const [name, { Type, Resource, TimeoutSeconds }] of states) {
      if (Type !== 'Task' || isBatch(Resource)) continue;
      expect(TimeoutSeconds, name).toBe(960);
    }
    // The local runner's timers count milliseconds in 31 bits; beyond, they are over at once.
    const longest = definitionIn(templateWith({ runTimeoutHours: 576 })).TimeoutSeconds! * 1000;
    expect(longest).toBeLessThan(2 ** 31);
  });

  it('calls a function again that ran out of memory, which Step Functions names by its runtime', () => {
    const calls = [...states].filter(([, { Type, Resource }]) => Type === 'Task' && !isBatch(Resource));
    expect(calls.length).toBeGreaterThan(4);
    for (const [name, { Retry = [] }] of calls) {
      const retried = Retry.find(({ ErrorEquals }) => (ErrorEquals as string[]).includes('Runtime.ExitError'));
      expect(retried, name).toMatchObject({ MaxAttempts: 1 });
    }
  });

  it('uses only what all engines share', () => {
    const text = JSON.stringify(definition);
    for (const feature of ['JSONata', 'ItemReader', 'ItemBatcher', 'ResultWriter', 'QueryLanguage']) {
      expect(text).not.toContain(feature);
    }
  });
});

describe.each(jobStates)('job state %s', (name, state) => {
  it('leaves attempts and their time to the job definition, whose rules it would replace', () => {
    expect(state.Parameters).not.toHaveProperty('RetryStrategy');
    expect(state.Parameters).not.toHaveProperty('Timeout');
  });

  it('passes none of the job description on', () => {
    if (name.startsWith('Prepare'))
      expect(state).toMatchObject({ ResultSelector: { done: true }, ResultPath: '$.failure' });
    else expect(state).toMatchObject({ ResultPath: null, OutputPath: null });
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

  it('may wait as long as the run may take: a queue can be longer than any job', () => {
    expect(state.TimeoutSeconds).toBe(definition.TimeoutSeconds);
  });

  it('goes from Spot to on demand unless no machine helps, and ends as a Task that a redrive runs again', () => {
    const onDemand = name.endsWith('OnDemand');
    expect(state.Catch?.map(({ Next }) => Next) ?? []).toEqual(onDemand ? [] : [`${name}Failed`]);
    expect(logicalIdOf(String(state.Parameters?.JobQueue))).toMatch(
      onDemand ? /^ComputeOnDemandQueue/ : /^ComputeSpotQueue/,
    );
    if (onDemand) return;
    expect(targets(states.get(`${name}Failed`)!).sort()).toEqual([`${name}OnDemand`, `${name}Refused`]);
    // A redrive enters a Fail state again, and fails again.
    expect(states.get(`${name}Refused`)).toMatchObject({ Type: 'Task', Next: name });
  });
});

describe('an execution', () => {
  const input = RunInput.parse({ labelled: 'file:///l', pool: 'file:///p', benchmarks: { own: 'file:///b' } });
  const planned = {
    runId: 'run_1',
    round: 0,
    evenIfHarmful: true,
    toleratedShards: 1,
    items: {
      folds: [1],
      shards: [0, 1],
      primitives: [{ role: 'primitive', seed: 3 }],
      students: [{ role: 'student', seed: 3 }],
      consistent: [{ role: 'consistent', seed: 3 }],
      noisy: [{ role: 'noisy', seed: 3 }],
      pretrained: [2],
      labelledBanks: [0],
      distilled: [{ method: 'k-center', ipc: 10, draw: 0 }],
      released: [{ method: 'packed', ipc: 10 }],
      evaluations: [{ arm: 'only/k-center-ipc10' }],
    },
  };

  /** What a Task asks of Batch: the job definition's logical id starts with its kind. */
  const kindOf = (payload: unknown): JobKind | undefined => {
    const id = logicalIdOf((payload as { JobDefinition?: string }).JobDefinition ?? '').toLowerCase();
    return JOB_KINDS.find((kind) => id.startsWith(`jobs${kind}`));
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
            const kind = isBatch(Resource) ? kindOf(payload) : undefined;
            if (kind !== undefined && broken.includes(kind)) throw new Error('broken');
            return { secret: 'what comes back from Batch' };
          },
        ]),
    );
    const ended = await executeHere({ definition, handlers, name: 'run_1', input, onEvent: () => {} }).then(
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
    const round = [
      'MineShard',
      'MineShard',
      'Aggregate',
      'CompareFold',
      'Decide',
      'TrainStudent',
      'TrainConsistentNet',
      'TrainNoisyNet',
    ];
    expect(order(calls)).toEqual([
      'Plan',
      'Prepare',
      'TrainPrimitive',
      ...round,
      ...round,
      'PretrainNets',
      'LabelDraw',
      'DistillSet',
      'MeasureSet',
      'EvaluateSet',
      'Publish',
    ]);
    expect(calls[0]?.payload).toEqual({ runId: 'run_1', execution: 'local:run_1', input });
    expect(calls.at(-1)?.payload).toEqual({ runId: 'run_1', round: 1 });
    const environments = calls.flatMap(({ payload }) => {
      const { JobName, ContainerOverrides } = payload as {
        JobName: string;
        ContainerOverrides: { Environment: { Name: string; Value: string }[] };
      };
      const kind = kindOf(payload);
      if (kind === undefined) return [];
      expect(JobName).toMatch(/^[A-Za-z0-9][\w-]{0,127}$/);
      const told = Object.fromEntries(ContainerOverrides.Environment.map(({ Name, Value }) => [Name, Value]));
      for (const value of Object.values(told)) expect(value).toBeTypeOf('string');
      expect(parseJobName(JobName.slice('run_1-'.length))?.kind).toBe(kind);
      return [JOBS[kind].environment.parse({ OMNIDISTILL_STORE: 's3://bucket', ...told })];
    });
    const common = { store: 's3://bucket', runId: 'run_1' };
    expect(environments).toHaveLength(19);
    expect(environments[2]).toEqual({ ...common, round: 0, shard: 0 });
    expect(environments[11]).toEqual({ ...common, round: 1, role: 'student', seed: 3 });
    expect(environments[14]).toEqual({ ...common, round: 1, seed: 2 });
    expect(environments[15]).toEqual({ ...common, round: 1, draw: 0 });
    expect(environments[16]).toMatchObject({ method: 'k-center', ipc: 10, draw: 0 });
    expect(environments[17]).toEqual({ ...common, round: 1, method: 'packed', ipc: 10 });
    expect(environments[18]).toMatchObject({ round: 1, arm: 'only/k-center-ipc10' });
  });

  it('fails when more shards fail on both queues than Plan tolerates, before Aggregate', async () => {
    const { ended, calls } = await execute(['mine']);
    expect(ended).toBe('failed');
    expect(order(calls).filter((state) => state.startsWith('MineShard'))).toHaveLength(4);
    expect(order(calls)).not.toContain('Aggregate');
  });

  it('fails when any other job fails on both queues', async () => {
    const { ended, calls } = await execute(['prepare']);
    expect(ended).toBe('failed');
    expect(order(calls)).toEqual(['Plan', 'Prepare', 'PrepareOnDemand']);
  });
});
