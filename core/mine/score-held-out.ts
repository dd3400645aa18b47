import { crossFittedLogits, type Fold } from '../artifacts/model.ts';
import { probabilities } from '../nets/logits.ts';
import { fitTemperature } from '../statistics/temperature.ts';
import { opinionAt, type ScoreImage, surenessOf } from './score.ts';

/** What a net makes of a labelled image that it has not seen. */
export interface HeldOutScore {
  /** Its true class. */
  readonly truth: number;
  /** The class that it is taken for. */
  readonly label: number;
  readonly sureness: number;
}

/** What the logits of a round's miners are divided by, before they are probabilities. */
export function crossFittedTemperature(folds: readonly Fold[], labels: Int32Array, classes: number): number {
  return fitTemperature(crossFittedLogits(folds, labels.length, classes), labels, classes);
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
    const p = probabilities(logits, prototypes.classes, temperature);
    return Array.from(rows, (row, i) => {
      const said = score([opinionAt(i, embeddings, p, prototypes)]);
      return { truth: labels[row]!, label: said.label, sureness: surenessOf(said) };
    });
  });
}
