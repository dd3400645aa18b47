import { centred } from '../../nets/prototypes.ts';
import type { ScoreImage } from '../score.ts';

/**
 * Cosine to the nearest prototype, from the centre of the labelled set; the lower class index wins a tie. An embedding at
 * the centre has 0.
 */
export const score: ScoreImage = ({ embedding }, { width, classes, centre, directions }) => {
  const vector = centred(embedding, 0, centre);
  let [label, highest] = [0, Number.NEGATIVE_INFINITY];
  for (let one = 0; one < classes; one++) {
    let dot = 0;
    for (let i = 0; i < width; i++) dot += vector[i]! * directions[one * width + i]!;
    if (dot > highest) [label, highest] = [one, dot];
  }
  // Rounding may leave [-1, 1], where the histogram has no bin.
  return { label, score: Math.max(-1, Math.min(1, highest)) };
};
