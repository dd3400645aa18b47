import type { Comparison } from '../contracts/results.ts';
import { type Crossed, differenceOf, weighted } from './crossed.ts';
import { estimate } from './estimate.ts';
import { signFlipP } from './sign-flip.ts';
import { verdictOf } from './verdict.ts';

/** What a difference of two shares can be. */
const BOUNDS = [-1, 1] as const;

/**
 * An arm against another, paired by image, seed and draw.
 * @param arm - 1 for every prediction that is right, 0 for the others
 * @param weights - of each image, by which a mean is macro recall
 * @throws RangeError when the two cannot be paired
 */
export const compare = (arm: Crossed, reference: Crossed, weights: ArrayLike<number>): Comparison => {
  const difference = differenceOf(arm, reference);
  const accuracy = estimate(difference, BOUNDS);
  return {
    ...accuracy,
    p: signFlipP(accuracy.values),
    verdict: verdictOf(accuracy),
    macroRecall: estimate(weighted(difference, weights), BOUNDS),
  };
};
