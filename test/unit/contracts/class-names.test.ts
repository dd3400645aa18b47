import { expect, it } from 'vitest';
import { MinedSummary } from '../../../core/contracts/mined.ts';
import { ClassName } from '../../../core/contracts/names.ts';

const summary = {
  round: 0,
  poolImages: 9,
  mined: 6,
  score: { name: 'similarity', range: [-1, 1] },
  threshold: 0.5,
  selection: { name: 'global', fraction: 0.6, automatic: false },
  poolByClass: {},
  drawnByClass: {},
  expectedPoolError: 0.5,
  expectedPrecision: 0.5,
  failedShards: [],
  truncatedShards: [],
};

it.each(['constructor', 'toString', 'hasOwnProperty', 'a|b', 'سعادة', 'a\u202eb'])(
  'a class called %j keeps its counts on the way through a stored object',
  (name) => {
    expect(ClassName.parse(name)).toBe(name);
    const stored = JSON.parse(JSON.stringify({ ...summary, byClass: Object.fromEntries([[name, 6]]) }));
    expect(Object.entries(MinedSummary.parse(stored).byClass)).toEqual([[name, 6]]);
  },
);

it.each(['__proto__', '.', '..', 'a/b', 'a\\b', ''])('a class called %j, which would get lost, is refused', (name) => {
  expect(ClassName.safeParse(name).success).toBe(false);
});
