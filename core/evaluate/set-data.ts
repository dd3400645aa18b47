import type { DistilledImages } from '../artifacts/distilled.ts';
import { bankData } from '../bank/bank-data.ts';
import type { OtherLabels, RunConfig } from '../contracts/config.ts';
import { viewsOf } from '../data/views.ts';
import { type MadeData, type TrainingData, withHardLabels, withSoftLabels } from '../train/training-data.ts';

/**
 * What a net learns from a distilled set.
 * @param labels - to learn with instead of what comes with it: its bank, or one soft label an image where it has none
 */
export const setData = (
  set: DistilledImages,
  labels: OtherLabels | undefined,
  config: RunConfig,
): TrainingData | MadeData => {
  if (labels === undefined && set.bank !== undefined) return bankData(set.bank, set);
  const { factor, classes } = set.spec;
  const images = viewsOf(set, factor);
  if (labels !== 'hard') return withSoftLabels(images, classes.length, set.labels);
  const classOf = Int32Array.from({ length: images.count }, (_, view) => set.classOf[Math.floor(view / factor ** 2)]!);
  return withHardLabels({ ...images, labels: classOf }, classes.length, config.primitive.labelSmoothing);
};
