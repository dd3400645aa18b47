import { labelledSetFile } from '../../core/artifacts/inputs.ts';
import { modelFiles } from '../../core/artifacts/model.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import { blankImages } from '../../core/data/images.ts';
import type { Store } from '../../core/store/store.ts';

/** Of each class there are so many labelled images, and the folds are right about so many of them. */
export const [TOY_IMAGES, TOY_RIGHT] = [8, 6];

/**
 * A labelled set and what nets say of it that have not seen it, for whoever needs the chance of a pseudo-label: they are equally sure
 * of all images and right about three quarters of each class, so that the chance is three quarters, drawn a little towards one half, at every score.
 */
export const writeToyFolds = async (store: Store, { runId, classes, config, folds }: Plan): Promise<void> => {
  const count = TOY_IMAGES * classes.length;
  const labels = Int32Array.from({ length: count }, (_, row) => row % classes.length);
  const names = Array.from(labels, (_, row) => `${row}`);
  const images = { labels, keys: names, sha256: names };
  await labelledSetFile(runId).write(store, { ...blankImages(config.image, count), ...images });
  const unit = (label: number): number[] => classes.map((_, other) => (other === label ? 1 : 0));
  const width = classes.length;
  for (let fold = 0; fold < folds; fold++) {
    const files = modelFiles(runId, 'fold', fold, 0);
    const rows = Int32Array.from({ length: count }, (_, row) => row).filter((row) => row % folds === fold);
    const said = Array.from(rows, (row) => {
      const right = Math.floor(row / width) < TOY_RIGHT;
      return unit(right ? labels[row]! : (labels[row]! + 1) % width);
    });
    const embeddings = Float32Array.from(said.flat());
    await files.heldOut.write(store, { rows, logits: embeddings, embeddings });
    const directions = Float32Array.from(classes.flatMap((_, label) => unit(label)));
    await files.prototypes.write(store, { width, classes: width, centre: new Float32Array(width), directions });
  }
};
