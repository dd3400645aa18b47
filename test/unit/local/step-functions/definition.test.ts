import { describe, expect, it } from 'vitest';
import { allStates, type Definition, jobsOf } from '../../../../local/step-functions/definition.ts';
import { taskHandlers } from '../../../../local/step-functions/task-handlers.ts';
import { SUBMIT } from '../fixture.ts';

const task = { Type: 'Task', Resource: SUBMIT, End: true };
const map = {
  Type: 'Map',
  ItemsPath: '$.shards',
  ItemProcessor: { StartAt: 'Mine', States: { Mine: task } },
  End: true,
};

describe('Module: definition', () => {
  it('finds states inside of maps', () => {
    const machine: Definition = { StartAt: 'Shards', States: { Shards: map, Fast: task } };
    expect(allStates(machine).map(([name]) => name)).toEqual(['Shards', 'Mine', 'Fast']);
  });

  it('knows how many jobs a stage will submit', () => {
    expect(jobsOf(map, { shards: [4, 5, 6] })).toBe(3);
    expect(jobsOf(map, {})).toBe(0);
    expect(jobsOf(task, {})).toBe(1);
    expect(jobsOf({ Type: 'Task', Resource: 'arn:aws:lambda:local:0:Plan' }, {})).toBe(0);
  });
});

describe('Function: taskHandlers', () => {
  it('names the state that calls a service which is not here', () => {
    const publish = { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', End: true };
    const definition: Definition = { StartAt: 'Tell', States: { Tell: publish } };
    const nothing = { batch: undefined as never, functions: new Map(), outFolder: '/' };
    expect(() => taskHandlers(definition, nothing)).toThrow('State Tell calls arn:aws:states:::sns:publish');
  });
});
