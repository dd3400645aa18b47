import { type LabelledImages, selectLabelled } from '../../data/images.ts';
import { predictOnce } from '../../inference/predictor.ts';
import type { HeldOut } from '../../nets/held-out.ts';
import type { Fitted } from '../fit-net.ts';
import { foldOf, rowsOfFold } from '../folds.ts';
import type { Training } from '../training.ts';
import { fitPrimitive } from './primitive.ts';

/** A net of the primitive's recipe on all folds of the labelled set but one, and what it says of that one. */
export const trainFold = async (
  training: Training,
  folds: number,
): Promise<Fitted & { readonly seen: LabelledImages; readonly heldOut: HeldOut }> => {
  const { config, classes, labelled, seed: fold } = training;
  const folding = foldOf(labelled.labels, classes, folds, config.seed);
  const rows = rowsOfFold(folding, fold);
  const seen = selectLabelled(labelled, rows.seen);
  const fitted = await fitPrimitive({ ...training, labelled: seen }, 'fold');
  const unseen = await predictOnce(fitted.weights, selectLabelled(labelled, rows.unseen));
  return { ...fitted, seen, heldOut: { rows: Int32Array.from(rows.unseen), ...unseen } };
};
