import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../core/errors.ts';
import { StateError } from '../../../../local/errors.ts';
import type { RunEvent } from '../../../../local/events.ts';
import {
  allStates,
  jobsOf,
  parseDefinition,
  withoutDefaultTimeouts,
} from '../../../../local/step-functions/definition.ts';
import { execute } from '../../../../local/step-functions/state-machine.ts';
import { taskHandlers } from '../../../../local/step-functions/task-handlers.ts';
import { SUBMIT } from '../fixture.ts';

const task = { Type: 'Task', Resource: SUBMIT, End: true };
const map = {
  Type: 'Map',
  ItemsPath: '$.shards',
  ItemProcessor: { StartAt: 'Mine', States: { Mine: task } },
  End: true,
};
const machine = parseDefinition({ StartAt: 'Shards', States: { Shards: map, Fast: { ...task, TimeoutSeconds: 5 } } });

describe('Module: definition', () => {
  it('finds states inside of maps', () => {
    expect(allStates(machine).map(([name]) => name)).toEqual(['Shards', 'Mine', 'Fast']);
  });

  it('lets jobs run longer than the minute that the engine allows by default', () => {
    const times = allStates(withoutDefaultTimeouts(machine)).map(([name, state]) => [name, state.TimeoutSeconds]);
    expect(times).toEqual([
      ['Shards', undefined],
      ['Mine', 2_000_000],
      ['Fast', 5],
    ]);
    const endless = withoutDefaultTimeouts({ ...machine, TimeoutSeconds: 99_999_999 });
    expect(endless.TimeoutSeconds).toBe(2_000_000);
  });

  it('knows how many jobs a stage will submit', () => {
    expect(jobsOf(map, { shards: [4, 5, 6] })).toBe(3);
    expect(jobsOf(map, {})).toBe(0);
    expect(jobsOf(task, {})).toBe(1);
    expect(jobsOf({ Type: 'Task', Resource: 'arn:aws:lambda:local:0:Plan' }, {})).toBe(0);
  });

  it('refuses what the engine would silently do wrong', () => {
    expect(() => parseDefinition({ StartAt: 'A', States: {}, QueryLanguage: 'JSONata' })).toThrow('JSONata');
    expect(() => parseDefinition({ States: {} })).toThrow('Not a state machine');
  });

  it('names the state that calls a service which is not here', () => {
    const publish = { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', End: true };
    const definition = parseDefinition({ StartAt: 'Tell', States: { Tell: publish } });
    const nothing = { batch: undefined as never, functions: new Map(), outFolder: '/' };
    expect(() => taskHandlers(definition, nothing)).toThrow('State Tell calls arn:aws:states:::sns:publish');
  });
});

describe('Function: execute', () => {
  const flow = parseDefinition({
    StartAt: 'Plan',
    States: {
      Plan: { Type: 'Task', Resource: 'plan', Parameters: { 'runId.$': '$$.Execution.Name' }, Next: 'Shards' },
      Shards: {
        Type: 'Map',
        ItemsPath: '$.shards',
        ItemSelector: { 'shard.$': '$$.Map.Item.Value', 'round.$': '$.round' },
        ResultPath: null,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Mine',
          States: {
            Mine: {
              Type: 'Task',
              Resource: 'mine',
              Retry: [{ ErrorEquals: ['Batch.ServerException'], IntervalSeconds: 30, MaxAttempts: 2 }],
              Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'ShardFailed' }],
              End: true,
            },
            ShardFailed: { Type: 'Pass', End: true },
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
  });

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
        Plan: async (input) => ({ ...(input as object), round: 0, shards: [0, 1] }),
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
    expect(performance.now() - began).toBeLessThan(5000);
    const stages = events.flatMap((event) => (event.type === 'stage-ended' ? [event.stage] : []));
    expect(stages).toEqual(['Plan', 'Shards', 'Aggregate', 'Shards', 'Aggregate']);
  });
});
