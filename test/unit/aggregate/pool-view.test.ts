import { describe, expect, it } from 'vitest';
import {
  automaticFraction,
  lowestBin,
  type PoolView,
  poolTotalsBuilder,
  poolView,
} from '../../../core/aggregate/pool-view.ts';
import { CLASS_BINS, classBinOf, HISTOGRAM_BINS } from '../../../core/contracts/mining-scores.ts';

/** A pool of images in bins, of each of which the miner expects this share to be right. */
const viewOf = (bins: readonly (readonly [bin: number, images: number, right: number])[]): PoolView => {
  const builder = poolTotalsBuilder(2);
  for (const [bin, images, right] of bins) {
    const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
    const sureness = new Array<number>(HISTOGRAM_BINS).fill(0);
    counts[bin] = images;
    const logit = Math.log(right / (1 - right));
    sureness[bin] = images * logit;
    const nets = { sums: [images * logit], squares: [images * logit ** 2], squaredTotals: 0, squaredSureness: 0 };
    const own = new Array<number>(CLASS_BINS).fill(0);
    own[classBinOf(bin)] = images;
    builder.add({ counts, sureness, nets, byClass: [images, 0], ofClasses: [own, own.map(() => 0)] });
  }
  return poolView(builder.totals(), { intercept: 0, slope: 1 });
};

describe('Function: poolView', () => {
  it('adds the shards up', () => {
    const view = viewOf([
      [1900, 30, 0.9],
      [1900, 10, 0.9],
      [20, 60, 0.25],
    ]);
    expect(view.images).toBe(100);
    expect(view.counts[1900]).toBe(40);
    expect(view.byClass).toEqual([100, 0]);
    expect([view.ofClasses[0]![190], view.ofClasses[0]![2], view.ofClasses[1]![190]]).toEqual([40, 60, 0]);
    expect(view.expectedError).toBeCloseTo(1 - (27 + 9 + 15) / 100, 12);
  });

  it('is no error where nothing was scored', () => {
    expect(viewOf([]).expectedError).toBe(0);
  });
});

describe('Function: automaticFraction', () => {
  it('takes as many of the best as keep the expected error at half of the miner’s own', () => {
    // Own error 0.6: 0.3 is allowed. The first two bins have (10 + 19) / 100, the third would make it 0.47.
    const weak = viewOf([
      [1900, 50, 0.8],
      [1800, 50, 0.62],
      [1700, 50, 0.18],
      [1600, 50, 1e-12],
    ]);
    expect(weak.expectedError).toBeCloseTo(0.6, 12);
    expect(automaticFraction(weak)).toBe(0.5);
  });

  it('takes most of the pool where the miner is nearly always right, which a fixed fifth would waste', () => {
    // Own error 0.1, all of it in the last tenth.
    const strong = viewOf([
      [1900, 900, 1 - 1e-12],
      [100, 100, 1e-12],
    ]);
    expect(automaticFraction(strong)).toBe(0.9);
    // Half of the last ones would still be allowed, but a bin is taken whole.
    expect(automaticFraction(viewOf([[1900, 10, 1 - 1e-12]]))).toBe(1);
  });

  it('takes a twentieth where the score tells nothing, and where there is no pool', () => {
    expect(
      automaticFraction(
        viewOf([
          [1900, 500, 0.3],
          [1000, 500, 0.3],
        ]),
      ),
    ).toBe(0.05);
    expect(automaticFraction(viewOf([]))).toBe(0.05);
  });

  it('takes at least ten images a class, or all there are: a few would fill every batch', () => {
    const blunt = (images: number): number => {
      const half = images / 2;
      return automaticFraction(
        viewOf([
          [1900, half, 0.3],
          [1000, half, 0.3],
        ]),
      );
    };
    expect(blunt(100)).toBe(0.2);
    expect(blunt(12)).toBe(1);
  });
});

describe('Function: lowestBin', () => {
  it('is the highest one from which on there are enough of all shards', () => {
    const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
    [counts[90], counts[80], counts[10]] = [90, 80, 900];
    expect(lowestBin({ counts }, 90)).toBe(90);
    expect(lowestBin({ counts }, 91)).toBe(80);
    expect(lowestBin({ counts }, 170)).toBe(80);
    expect(lowestBin({ counts }, 171)).toBe(10);
    expect(lowestBin({ counts }, 2000)).toBe(0);
  });
});
