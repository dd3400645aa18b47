import { describe, expect, it } from 'vitest';
import { differenceOf } from '../../../bench/compare.ts';
import { pairedRatio, spreadOf } from '../../../bench/spread.ts';

describe('spreadOf', () => {
  it.each([
    [[3, 1, 2], { median: 2, min: 1, max: 3 }],
    [[4, 1, 2, 10], { median: 3, min: 1, max: 10 }],
    [[5], { median: 5, min: 5, max: 5 }],
  ])('finds the middle of %j by size, not by order', (values, spread) => {
    expect(spreadOf(values)).toEqual(spread);
  });
});

describe('pairedRatio', () => {
  it('is not moved by what slows both sides of a lap down', () => {
    // Prepare: the second lap runs at a tenth of the speed.
    const [ours, theirs] = [
      [200, 20, 200],
      [100, 10, 100],
    ];
    // Act and assess
    expect(pairedRatio(ours, theirs)).toEqual({ median: 2, min: 2, max: 2 });
  });
});

describe('differenceOf', () => {
  it('is the mean difference as a part of the mean size', () => {
    expect(differenceOf([1.5, -2], [1, -2])).toBeCloseTo(0.5 / 3, 12);
  });

  it('is nothing for equal values, and for none', () => {
    expect(differenceOf([1, 2], [1, 2])).toBe(0);
    expect(differenceOf([], [])).toBe(0);
  });

  it('does not let a side pass that computes something of another size', () => {
    expect(differenceOf([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
  });

  it('does not let a side pass whose values are no numbers', () => {
    expect(differenceOf([Number.NaN], [1]) <= 1).toBe(false);
  });
});
