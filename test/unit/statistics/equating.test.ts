import { describe, expect, it } from 'vitest';
import { equateToOne, type RaterSums } from '../../../core/statistics/equating.ts';
import { chanceAt, fitPlatt } from '../../../core/statistics/platt.ts';
import { random } from '../../../core/tensor/random.ts';

const sumsOf = (scores: readonly (readonly number[])[], joint: readonly number[]): RaterSums => {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return {
    images: scores.length,
    sums: scores[0]!.map((_, rater) => sum(scores.map((row) => row[rater]!))),
    squares: scores[0]!.map((_, rater) => sum(scores.map((row) => row[rater]! ** 2))),
    squaredTotals: sum(scores.map((row) => sum(row) ** 2)),
    joint: { sum: sum(joint), square: sum(joint.map((one) => one ** 2)) },
  };
};
const meanOf = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0) / row.length;

/** Images whose label is the likelier right the higher `tried`, which each rater sees with noise of the same size. */
const rated = (count: number, raters: number, seed: number) => {
  const draw = random('rated', seed);
  return Array.from({ length: count }, () => {
    const tried = draw.normal();
    const scores = Array.from({ length: raters }, () => 0.3 + 0.1 * (tried + draw.normal()));
    return { scores, right: draw.next() < 1 / (1 + Math.exp(-tried)) };
  });
};

describe('Function: equateToOne', () => {
  it('makes a chance that was learned from single nets true of several, or a weak miner would mine next to nothing', () => {
    const alone = rated(20_000, 1, 1);
    const chance = fitPlatt(
      alone.map(({ scores }) => scores[0]!),
      alone.map(({ right }) => right),
    );
    const pool = rated(20_000, 5, 2).map(({ scores, right }) => ({ scores, right, joint: meanOf(scores) }));
    const line = equateToOne(
      sumsOf(
        pool.map(({ scores }) => scores),
        pool.map(({ joint }) => joint),
      ),
    );
    const best = pool.sort((a, b) => b.joint - a.joint).slice(0, 2000);
    const truth = best.filter(({ right }) => right).length / best.length;
    const expected = meanOf(best.map(({ joint }) => chanceAt(chance, line.from + line.factor * joint)));
    const asItIs = meanOf(best.map(({ joint }) => chanceAt(chance, joint)));
    expect(truth).toBeGreaterThan(0.78);
    expect(Math.abs(expected - truth)).toBeLessThan(0.04);
    expect(truth - asItIs).toBeGreaterThan(0.1);
  });

  it('stretches by the square root of the raters where they have nothing in common, and not at all where they are one', () => {
    const joint = [-1, -1, 1, 1];
    // Two raters that are not correlated, of deviation 1 each, and a joint score of deviation 1.
    const apart = [
      [-1, -1],
      [-1, 1],
      [1, -1],
      [1, 1],
    ];
    expect(equateToOne(sumsOf(apart, joint)).factor).toBeCloseTo(Math.SQRT2, 12);
    const alike = joint.map((one) => [one + 3, one + 3]);
    expect(equateToOne(sumsOf(alike, joint))).toEqual({ from: expect.closeTo(3, 12), factor: expect.closeTo(1, 12) });
  });

  it('leaves the scores of one rater, of one image and of images that are all alike as they are', () => {
    const same = { from: 0, factor: 1 };
    expect(equateToOne(sumsOf([[1], [2]], [1, 2]))).toEqual(same);
    expect(equateToOne(sumsOf([[1, 2]], [1]))).toEqual(same);
    expect(
      equateToOne(
        sumsOf(
          [
            [1, 1],
            [1, 1],
          ],
          [1, 1],
        ),
      ),
    ).toEqual(same);
  });
});
