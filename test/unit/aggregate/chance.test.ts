import { describe, expect, it } from 'vitest';
import { chanceIn } from '../../../core/aggregate/chance.ts';
import { poolTotalsBuilder } from '../../../core/aggregate/pool-view.ts';
import { scoreHistogram } from '../../../core/mine/score-histogram.ts';
import { chanceAt } from '../../../core/statistics/platt.ts';

/** A pool of so many images of each class, all equally sure, of which each net alone says these. */
const poolOf = (byClass: readonly number[], nets: readonly (readonly number[])[] = [[0.5]]) => {
  const histogram = scoreHistogram(byClass.length, nets[0]!.length);
  for (const [label, images] of byClass.entries()) {
    for (let i = 0; i < images; i++) {
      const alone = nets[i % nets.length]!;
      histogram.add(label, 1000, alone.reduce((sum, one) => sum + one, 0) / alone.length, alone);
    }
  }
  const builder = poolTotalsBuilder(byClass.length);
  builder.add(histogram.soFar());
  return builder.totals();
};

/** Class 0 is easy: of 100 held-out images 90 are right; of class 1 it is 30. */
const HELD_OUT = Array.from({ length: 200 }, (_, i) => {
  const truth = i % 2;
  const right = Math.floor(i / 2) < (truth === 0 ? 90 : 30);
  return { truth, label: right ? truth : 1 - truth, sureness: 0.5 };
});

describe('Function: chanceIn', () => {
  const chance = (...byClass: number[]) => chanceAt(chanceIn(poolOf(byClass), HELD_OUT), 0.5);

  it('follows the classes of the pool, of which a labelled set knows nothing', () => {
    expect(chance(88, 12)).toBeGreaterThan(0.65);
    expect(chance(72, 28)).toBeLessThan(0.55);
  });

  it('is not flattered by an easy class that others are taken for', () => {
    // So are 100 images of each class labelled.
    expect(chance(160, 40)).toBeCloseTo(0.6, 1);
  });

  it('is surer of what several nets say together than of what one says', () => {
    const told = HELD_OUT.map((one, i) => ({ ...one, sureness: (one.label === one.truth ? 0.6 : 0.4) + (i % 7) / 20 }));
    const nets = [
      [0.4, 0.6],
      [0.6, 0.4],
      [0.7, 0.7],
      [0.3, 0.3],
    ];
    const [one, two] = [chanceIn(poolOf([100, 100]), told), chanceIn(poolOf([100, 100], nets), told)];
    // The nets correlate by 0.6; their mean has 0.8 of a net's variance.
    expect(two.slope).toBeCloseTo(Math.sqrt(1 / 0.8) * Math.sqrt(2 / 1.6) * one.slope, 6);
    expect(chanceAt(two, 0.5)).toBeCloseTo(chanceAt(one, 0.5), 9);
  });
});
