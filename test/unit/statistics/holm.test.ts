import { expect, it } from 'vitest';
import { holm } from '../../../core/statistics/holm.ts';

it('gives the published values: the smallest times all, the next times one fewer, never falling', () => {
  // Wright, Adjusted P-Values for Simultaneous Inference (1992), example 1.
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((p, i) => expect(adjusted[i]).toBeCloseTo(p, 12));
});

it('leaves one comparison as it is, and says of none that it is likelier than sure', () => {
  expect(holm([0.2])).toEqual([0.2]);
  expect(holm([0.6, 0.7])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});
