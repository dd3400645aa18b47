import type { Estimate, Interval } from '../contracts/results.ts';

/** A difference of two means that have nothing in common, with its 95 % interval. */
export interface Unpaired extends Interval {
  readonly mean: number;
}

/**
 * One estimate minus another where seeds or images are not the same: what is uncertain in both adds up, so a difference has
 * to be larger to show than a paired one.
 * @param bounds - what the difference can be; an estimate of one seed says nothing, and has them as its interval
 */
export const unpairedDifference = (
  one: Estimate,
  other: Estimate,
  [least, most]: readonly [number, number],
): Unpaired => {
  const mean = one.mean - other.mean;
  if (one.values.length < 2 || other.values.length < 2) return { mean, low: least, high: most };
  const down = Math.hypot(one.mean - one.low, other.high - other.mean);
  const up = Math.hypot(one.high - one.mean, other.mean - other.low);
  return { mean, low: Math.max(least, mean - down), high: Math.min(most, mean + up) };
};
