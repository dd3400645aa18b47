import type { Fold } from '../artifacts/model.ts';
import { probabilities } from '../nets/logits.ts';
import { type ScoreImage, surenessOf } from './score.ts';

/** What a net makes of a labelled image that it has not seen. */
export interface HeldOutScore {
  /** Its true class. */
  readonly truth: number;
  readonly right: boolean;
  readonly sureness: number;
}

/** Scores the labelled images as if each were one of the pool, by the net that has left it out. */
export function scoreHeldOut(
  folds: readonly Fold[],
  labels: Int32Array,
  temperature: number,
  score: ScoreImage,
): HeldOutScore[] {
  return folds.flatMap(({ heldOut, prototypes }) => {
    const { rows, logits, embeddings } = heldOut;
    const { classes, width } = prototypes;
    const p = probabilities(logits, classes, temperature);
    return Array.from(rows, (row, i) => {
      const opinion = {
        embedding: embeddings.subarray(i * width, (i + 1) * width),
        probabilities: p.subarray(i * classes, (i + 1) * classes),
        prototypes,
      };
      const said = score([opinion]);
      const truth = labels[row]!;
      return { truth, right: said.label === truth, sureness: surenessOf(said) };
    });
  });
}
