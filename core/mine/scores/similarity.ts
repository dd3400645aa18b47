import { argmaxRows } from '../../nets/logits.ts';
import { cosinesToPrototypes } from '../../nets/prototypes.ts';
import { meanOf, type ScoreImage } from '../score.ts';

/**
 * Cosine to the nearest prototype, from the centre of the labelled set, mean over the nets; the lower class index wins a tie. An
 * embedding at the centre has 0.
 */
export const score: ScoreImage = (opinions) => {
  const mean = meanOf(opinions.map(({ embedding, prototypes }) => cosinesToPrototypes(embedding, prototypes)));
  const label = argmaxRows(mean, mean.length)[0]!;
  // Rounding may leave [-1, 1], where the histogram has no bin.
  return { label, score: Math.max(-1, Math.min(1, mean[label]!)) };
};
