import type { ScoreHistogram } from '../contracts/mined.ts';
import { CLASS_BINS, HISTOGRAM_BINS } from '../contracts/mining-scores.ts';
import type { RaterSums } from '../statistics/equating.ts';
import { chanceAt, type Platt } from '../statistics/platt.ts';
import { total } from '../statistics/total.ts';

/** What the histograms of all shards hold together. */
export interface PoolTotals extends Omit<ScoreHistogram, 'nets'> {
  /** Images that were scored. */
  readonly images: number;
  /** How far the nets agree. */
  readonly nets: RaterSums;
}

/** What the miner makes of the pool. */
export interface PoolView extends PoolTotals {
  /** Images of each bin whose pseudo-label the miner expects to be right. */
  readonly expectedRight: readonly number[];
  /** Part of all pseudo-labels that the miner expects to be wrong. */
  readonly expectedError: number;
}

/** Adds up histograms one after the other: there may be 40,000 of them. */
export const poolTotalsBuilder = (classes: number) => {
  const zeros = (length: number): number[] => new Array<number>(length).fill(0);
  const [counts, sureness, byClass] = [zeros(HISTOGRAM_BINS), zeros(HISTOGRAM_BINS), zeros(classes)];
  const ofClasses = byClass.map(() => zeros(CLASS_BINS));
  const [sums, squares]: [number[], number[]] = [[], []];
  let [squaredTotals, squaredSureness] = [0, 0];
  const add = (to: number[], values: readonly number[]): void =>
    values.forEach((value, i) => (to[i] = (to[i] ?? 0) + value));
  return {
    add(histogram: ScoreHistogram): void {
      add(counts, histogram.counts);
      add(sureness, histogram.sureness);
      add(byClass, histogram.byClass);
      histogram.ofClasses.forEach((own, label) => add(ofClasses[label]!, own));
      add(sums, histogram.nets.sums);
      add(squares, histogram.nets.squares);
      squaredTotals += histogram.nets.squaredTotals;
      squaredSureness += histogram.nets.squaredSureness;
    },
    totals(): PoolTotals {
      const images = total(counts);
      const joint = { sum: total(sureness), square: squaredSureness };
      return { counts, sureness, byClass, ofClasses, images, nets: { images, sums, squares, squaredTotals, joint } };
    },
  };
};

/** @param chance - that a pseudo-label is right, by its sureness */
export const poolView = (totals: PoolTotals, chance: Platt): PoolView => {
  const { counts, sureness, images } = totals;
  const expectedRight = counts.map((count, bin) =>
    count === 0 ? 0 : count * chanceAt(chance, sureness[bin]! / count),
  );
  const expectedError = images === 0 ? 0 : 1 - total(expectedRight) / images;
  return { ...totals, expectedRight, expectedError };
};

/**
 * Labels may be wrong this much as often as the miner is: on faces a fifth to two fifths of the pool do about equally well, on clothes
 * gains grow up to three or four fifths of it, and both lie near this (docs/recipe.md).
 */
const PART_OF_OWN_ERROR = 0.5;
/** Mined at least, where the miner does not tell its right labels from its wrong ones: so much of the pool, */
const LEAST = 0.05;
/** and so many for each class, as long as there are: a batch is filled with them, and three would be learned by heart. */
const LEAST_PER_CLASS = 10;

/**
 * The part of the pool to mine when none is asked for: as many of the best as keep the expected share of wrong labels at half of what
 * the miner gets wrong in the whole pool. A weak miner takes a fifth, a good one most of the pool.
 */
export const automaticFraction = ({ images, counts, expectedRight, expectedError, byClass }: PoolView): number => {
  if (images === 0) return LEAST;
  let [taken, right, best] = [0, 0, 0];
  for (let bin = HISTOGRAM_BINS - 1; bin >= 0; bin--) {
    taken += counts[bin]!;
    right += expectedRight[bin]!;
    if (taken - right <= PART_OF_OWN_ERROR * expectedError * taken) best = taken;
  }
  const least = Math.min(images, LEAST_PER_CLASS * byClass.length);
  return Math.max(LEAST, least / images, best / images);
};

/** The lowest bin such that it and those above it hold at least `wanted` images; 0 where all together hold fewer. */
export const lowestBin = ({ counts }: Pick<PoolView, 'counts'>, wanted: number): number => {
  let seen = 0;
  for (let bin = HISTOGRAM_BINS - 1; bin > 0; bin--) {
    seen += counts[bin] ?? 0;
    if (seen >= wanted) return bin;
  }
  return 0;
};
