import { argmaxRows } from '../../nets/logits.ts';
import type { ScoreImage } from '../score.ts';

/**
 * Calibrated probability of the likeliest class; the lower class index wins a tie.
 * @see Lee, Pseudo-Label (ICML 2013 workshop)
 */
export const score: ScoreImage = ({ probabilities }) => {
  const label = argmaxRows(probabilities, probabilities.length)[0]!;
  return { label, score: probabilities[label]! };
};
