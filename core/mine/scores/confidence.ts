import { argmaxRows } from '../../nets/logits.ts';
import { meanOf, type ScoreImage } from '../score.ts';

/**
 * Calibrated probability of the likeliest class, mean over the nets; the lower class index wins a tie.
 * @see Lee, Pseudo-Label (ICML 2013 workshop)
 */
export const score: ScoreImage = (opinions) => {
  const mean = meanOf(opinions.map(({ probabilities }) => probabilities));
  const label = argmaxRows(mean, mean.length)[0]!;
  return { label, score: mean[label]! };
};
