import { expect, it } from 'vitest';
import { unpairedDifference } from '../../../core/statistics/unpaired.ts';

const of = (mean: number, low: number, high: number, values = [mean, mean]) => ({ mean, low, high, values, std: 0 });

it('adds up what is uncertain on both sides, side by side, and stays within what a difference can be', () => {
  const { mean, low, high } = unpairedDifference(of(0.6, 0.57, 0.64), of(0.5, 0.46, 0.53), [-1, 1]);
  expect(mean).toBeCloseTo(0.1, 10);
  expect(low).toBeCloseTo(0.1 - Math.hypot(0.03, 0.03), 10);
  expect(high).toBeCloseTo(0.1 + Math.hypot(0.04, 0.04), 10);
  expect(unpairedDifference(of(1, 0.2, 1), of(0, 0, 0.9), [-1, 1])).toEqual({
    mean: 1,
    low: expect.any(Number),
    high: 1,
  });
});

it('tells nothing of a single seed', () => {
  expect(unpairedDifference(of(0.6, 0, 1, [0.6]), of(0.5, 0.4, 0.6), [-1, 1])).toMatchObject({ low: -1, high: 1 });
});
