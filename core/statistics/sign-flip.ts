import { total } from './total.ts';

/** Sums that differ by no more than rounding are equal: a part of the sum of all sizes. */
const ROUNDING = 1e-9;

/**
 * Exact two-sided p-value of the sign-flip test: the share of all 2^n ways to turn the signs of paired differences whose
 * sum is at least as far from 0. It assumes nothing but that without an effect either sign is as likely.
 * @param differences - one a seed, at most about 20 of them
 * @see Fisher, The Design of Experiments (1935), section 21
 */
export const signFlipP = (differences: readonly number[]): number => {
  const [first = 0, ...others] = differences;
  const signed = [...others];
  let sum = first + total(others);
  const sizes = total(differences.map(Math.abs));
  const least = Math.abs(sum) - ROUNDING * sizes;
  // The sum of a pattern and that of its opposite are equally far from 0, so the first sign stays as it is.
  const patterns = 2 ** others.length;
  let asFar = 1;
  for (let pattern = 1; pattern < patterns; pattern++) {
    // Gray code: from one pattern to the next a single sign turns, that of the lowest bit that is set.
    const turned = 31 - Math.clz32(pattern & -pattern);
    sum -= 2 * signed[turned]!;
    signed[turned] = -signed[turned]!;
    if (Math.abs(sum) >= least) asFar += 1;
  }
  return asFar / patterns;
};
