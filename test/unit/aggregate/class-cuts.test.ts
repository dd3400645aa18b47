import { describe, expect, it } from 'vitest';
import { classCuts } from '../../../core/aggregate/class-cuts.ts';
import { poolTotalsBuilder, poolView } from '../../../core/aggregate/pool-view.ts';
import { scoreHistogram } from '../../../core/mine/score-histogram.ts';
import type { Platt } from '../../../core/statistics/platt.ts';

const RANGE = [0, 1] as const;

/** So many images of a class in a bin of ten wide ones each. */
type Images = readonly [label: number, tenth: number, images: number];
/** From 0.1 at the lowest to 0.9 at the highest; half a bin is right about 0.7 in the eighth. */
const CHANCE: Platt = { intercept: Math.log(1 / 9), slope: (2 * Math.log(9)) / 0.9 };

const viewOf = (all: readonly Images[]) => {
  const builder = poolTotalsBuilder(3);
  const histogram = scoreHistogram(3, 1, true);
  for (const [label, tenth, images] of all) {
    for (let i = 0; i < images; i++) histogram.add(label, tenth * 200, tenth / 10, [tenth / 10]);
  }
  builder.add(histogram.soFar());
  return poolView(builder.totals(), CHANCE);
};

describe('Function: classCuts', () => {
  // Class 0 is sure, class 1 is not; a limit of 0.2 lets class 0 bring all of its 40 and class 1 none of its 30.
  const view = viewOf([
    [0, 9, 20],
    [0, 7, 20],
    [1, 7, 10],
    [1, 5, 20],
  ]);

  it('gives each class as many as are likely right, at one limit for all', () => {
    const [sure, unsure, absent] = classCuts(view, 40, RANGE);
    expect(sure).toBeCloseTo(0.7, 9);
    expect(unsure).toBe(Number.POSITIVE_INFINITY);
    expect(absent).toBe(Number.POSITIVE_INFINITY);
  });

  it('goes as deep as the number that is wanted allows', () => {
    expect(classCuts(view, 50, RANGE)[1]).toBeCloseTo(0.7, 9);
    expect(classCuts(view, 70, RANGE)[1]).toBeCloseTo(0.5, 9);
    expect(classCuts(view, 70, RANGE)[2]).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes a bin whole, and all there is where that is too little: too few would be learned by heart', () => {
    expect(classCuts(view, 1, RANGE)).toEqual([
      expect.closeTo(0.9, 9),
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
    expect(classCuts(view, 1000, RANGE).slice(0, 2)).toEqual([expect.closeTo(0.7, 9), expect.closeTo(0.5, 9)]);
  });

  it('lets every class in where the score tells nothing', () => {
    const blunt = viewOf([
      [0, 5, 10],
      [1, 5, 90],
    ]);
    expect(classCuts(blunt, 20, RANGE).slice(0, 2)).toEqual([expect.closeTo(0.5, 9), expect.closeTo(0.5, 9)]);
  });

  it('lets nothing through where no class was counted by itself', () => {
    const builder = poolTotalsBuilder(2);
    builder.add(scoreHistogram(2, 1).soFar());
    expect(classCuts(poolView(builder.totals(), CHANCE), 5, RANGE)).toEqual([
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
  });
});
