import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../core/errors.ts';
import { StateError } from '../../../../local/errors.ts';
import type { RunEvent } from '../../../../local/events.ts';
import type { Definition } from '../../../../local/step-functions/definition.ts';
import { execute } from '../../../../local/step-functions/state-machine.ts';

const PASS = { Type: 'Pass', End: true };
const ENDLESS = { Type: 'Task', Resource: 'any', End: true };

describe('Function: execute', () => {
  const flow: Definition = {
    StartAt: 'Plan',
    States: {
      Plan: { Type: 'Task', Resource: 'plan', Parameters: { 'runId.$': '$$.Execution.Name' }, Next: 'Shards' },
      Shards: {
        Type: 'Map',
        ItemsPath: '$.shards',
        ItemSelector: { 'shard.$': '$$.Map.Item.Value', 'round.$': '$.round' },
        ResultPath: null,
        ToleratedFailureCountPath: '$.tolerated',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Mine',
          States: {
            Mine: {
              Type: 'Task',
              Resource: 'mine',
              Retry: [{ ErrorEquals: ['Batch.ServerException'], IntervalSeconds: 30, MaxAttempts: 2 }],
              End: true,
            },
          },
        },
        Next: 'Aggregate',
      },
      Aggregate: { Type: 'Task', Resource: 'aggregate', ResultPath: '$.aggregate', Next: 'AnotherRound' },
      AnotherRound: {
        Type: 'Choice',
        Choices: [{ Variable: '$.aggregate.again', BooleanEquals: true, Next: 'NextRound' }],
        Default: 'Done',
      },
      NextRound: { Type: 'Pass', InputPath: '$.aggregate.nextRound', ResultPath: '$.round', Next: 'Shards' },
      Done: { Type: 'Succeed' },
    },
  };

  it('goes round again, retries without long pauses and lives with a failed shard', async () => {
    const mined: string[] = [];
    const events: RunEvent[] = [];
    let busy = true;
    const began = performance.now();
    const output = await execute({
      definition: flow,
      name: 'main',
      input: {},
      onEvent: (event) => events.push(event),
      handlers: {
        Plan: async (input) => ({ ...(input as object), round: 0, shards: [0, 1], tolerated: 1 }),
        Mine: async (input) => {
          const { shard, round } = input as { shard: number; round: number };
          mined.push(`${round}/${shard}`);
          if (shard === 0 && busy) {
            busy = false;
            throw new StateError('Batch.ServerException', '{}', new ConfigError('busy'));
          }
          if (shard === 1) throw new StateError('States.TaskFailed', '{}', new ConfigError('broken'));
          return {};
        },
        Aggregate: async (input) => {
          const { round } = input as { round: number };
          return { again: round === 0, nextRound: round + 1 };
        },
      },
    });
    expect(output).toMatchObject({ runId: 'main', round: 1 });
    expect([...mined].sort()).toEqual(['0/0', '0/0', '0/1', '1/0', '1/1']);
    // The pause that it does without would be 30 s.
    expect(performance.now() - began).toBeLessThan(20_000);
    const stages = events.flatMap((event) => (event.type === 'stage-ended' ? [event.stage] : []));
    expect(stages).toEqual(['Plan', 'Shards', 'Aggregate', 'Shards', 'Aggregate']);
  });

  it('ends a Distributed Map when more of its children fail than it tolerates, as AWS does, and says why', async () => {
    const entered: string[] = [];
    const execution = execute({
      definition: flow,
      name: 'main',
      input: {},
      onEvent: () => {},
      handlers: {
        Plan: async () => ({ round: 0, shards: [0, 1, 2], tolerated: 1 }),
        Mine: async (input) => {
          const { shard } = input as { shard: number };
          if (shard === 0) return {};
          throw new StateError('States.TaskFailed', `{"shard":${shard}}`, new ConfigError(`shard ${shard} is broken`));
        },
        Aggregate: async () => entered.push('Aggregate'),
      },
    });
    await expect(execution).rejects.toMatchObject({ name: 'States.ExceedToleratedFailureThreshold', exitCode: 64 });
    await expect(execution).rejects.toThrow(
      '2 of 3 jobs of Shards failed; 1 may. ConfigError: shard 1 is broken; ConfigError: shard 2 is broken',
    );
    expect(entered).toEqual([]);
  });

  it.each([
    ['a state machine in JSONata', { StartAt: 'A', QueryLanguage: 'JSONata', States: { A: PASS } }, /JSONata/],
    ['a state in JSONata', { StartAt: 'A', States: { A: { ...PASS, QueryLanguage: 'JSONata' } } }, /JSONata/],
    ['what is no state machine', { States: { A: PASS } } as unknown as Definition, /StartAt/],
  ])('refuses %s, instead of running it wrongly', async (_what, definition, words) => {
    const execution = execute({ definition, name: 'main', input: {}, onEvent: () => {}, handlers: {} });
    await expect(execution).rejects.toThrow(words);
    await expect(execution).rejects.toMatchObject({ name: 'TemplateError' });
  });

  it.each([
    ['a state', { StartAt: 'A', States: { A: { ...ENDLESS, TimeoutSeconds: 1 } } }],
    ['the run', { StartAt: 'A', TimeoutSeconds: 1, States: { A: ENDLESS } }],
  ])('says that %s took longer than it may, and that nothing is lost', async (_what, definition) => {
    const handlers = { A: () => new Promise<never>(() => {}) };
    const execution = execute({ definition, name: 'main', input: {}, onEvent: () => {}, handlers });
    await expect(execution).rejects.toMatchObject({ name: 'States.Timeout' });
    await expect(execution).rejects.toThrow(/runTimeoutHours.*stays done/);
  });
});
