import { type Attack, FALSE_POSITIVES } from '../contracts/privacy.ts';
import { aucInterval, aucOf } from '../statistics/auc.ts';
import { wilson } from '../statistics/wilson.ts';

/** Scores of images that a set was made from, and of images that it was not made from. */
export interface Scores {
  readonly used: readonly number[];
  readonly unused: readonly number[];
}

/**
 * How well scores tell used images from others: an average over all thresholds, and what is found where hardly any other image is
 * taken for used, which is what hurts.
 * @see Carlini et al., Membership Inference Attacks From First Principles (IEEE S&P 2022), for the low rate of false positives
 */
export const attackOf = ({ used, unused }: Scores): Attack => {
  const [positives, negatives] = [used, unused].map((scores) => scores.map((score) => ({ score, weight: 1 })));
  const area = aucOf(positives!, negatives!);
  return { auc: { area, ...aucInterval(area, positives!, negatives!) }, found: foundIn(used, unused) };
};

/** Of so few others not one may be taken for used: that says more of the one than of the attack. */
function foundIn(used: readonly number[], unused: readonly number[]): Attack['found'] {
  const allowed = Math.floor(FALSE_POSITIVES * unused.length);
  if (allowed === 0) return null;
  const threshold = unused.toSorted((a, b) => b - a)[allowed]!;
  const found = used.filter((score) => score > threshold).length;
  return { share: found / used.length, ...wilson(found, used.length) };
}
