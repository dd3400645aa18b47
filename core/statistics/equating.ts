import { total } from './total.ts';

/** Sums over images of the scores that several raters give them: raters are nets, and all of them together give one more score. */
export interface RaterSums {
  readonly images: number;
  /** Of each rater's scores, and of their squares. */
  readonly sums: readonly number[];
  readonly squares: readonly number[];
  /** Of the square of what all raters give an image together. */
  readonly squaredTotals: number;
  /** Of the scores of all raters as one, and of their squares. */
  readonly joint: { readonly sum: number; readonly square: number };
}

/** A line: from + factor · score. */
export interface Line {
  readonly from: number;
  readonly factor: number;
}

/**
 * What a single rater would have to say to mean as much as the raters' joint score does. The joint scores lie closer together, since a
 * mean evens out what single raters get wrong, so they are first brought to a rater's mean and deviation (linear equating). And they
 * follow the truth more closely: of n raters whose scores correlate by r, the joint one correlates √(n / (1 + (n − 1) r)) times as
 * much with what all of them try to tell (Spearman-Brown), so as far from the mean it means so much more.
 * @returns the joint scores as they are where there is one rater, or where scores do not differ
 * @see Kolen and Brennan, Test Equating, Scaling, and Linking (2014), for both
 */
export const equateToOne = ({ images, sums, squares, squaredTotals, joint }: RaterSums): Line => {
  const asTheyAre = { from: 0, factor: 1 };
  const raters = sums.length;
  if (raters < 2 || images < 2) return asTheyAre;
  const variances = sums.map((sum, i) => varianceOf(images, sum, squares[i]!));
  const deviations = variances.map(Math.sqrt);
  const jointDeviation = Math.sqrt(varianceOf(images, joint.sum, joint.square));
  const [variance, deviation] = [total(variances), total(deviations)];
  if (!(jointDeviation > 0 && deviation > 0)) return asTheyAre;
  const together = varianceOf(images, total(sums), squaredTotals);
  const correlation = clamp((together - variance) / (deviation * deviation - variance));
  const closer = Math.sqrt(raters / (1 + (raters - 1) * correlation));
  const factor = (deviation / raters / jointDeviation) * closer;
  return { from: total(sums) / images / raters - (factor * joint.sum) / images, factor };
};

function varianceOf(count: number, sum: number, square: number): number {
  return Math.max(0, square / count - (sum / count) ** 2);
}

function clamp(correlation: number): number {
  return Math.max(0, Math.min(1, correlation));
}
