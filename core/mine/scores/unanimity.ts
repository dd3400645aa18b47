import { argmaxRows } from '../../nets/logits.ts';
import type { ScoreImage } from '../score.ts';
import { score as confidence } from './confidence.ts';

/**
 * How many nets agree on the likeliest class, and among equally many the confidence: an image of which all nets say the same
 * comes before every other.
 * @see Lakshminarayanan et al., Deep Ensembles (NeurIPS 2017), for disagreement as a sign of doubt
 */
export const score: ScoreImage = (opinions) => {
  const { label, score: sure } = confidence(opinions);
  const agreeing = opinions.filter(({ probabilities }) => argmaxRows(probabilities, probabilities.length)[0] === label);
  return { label, score: (agreeing.length - 1 + sure) / opinions.length, sureness: sure };
};
