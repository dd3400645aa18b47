import type { Estimate } from '../../contracts/results.ts';
import { type Crossed, differenceOf } from '../../statistics/crossed.ts';
import { estimate } from '../../statistics/estimate.ts';
import type { ShownPredictions } from './shown-predictions.ts';

/** How the recall of a class has changed from the primitive to omni, paired by image and seed. */
export interface RecallChange {
  readonly images: number;
  readonly change: Estimate;
}

/** By benchmark and class; a class that the benchmark lacks is not there. */
export type RecallChanges = Readonly<Record<string, Readonly<Record<string, RecallChange>>>>;

/** What each class gained, with its interval over images and seeds. */
export const recallChanges = ({ primitive, omni }: ShownPredictions, classes: readonly string[]): RecallChanges =>
  Object.fromEntries(
    [...omni.keys()].map((benchmark) => {
      const [after, before] = [omni.get(benchmark)!, primitive.get(benchmark)!];
      const byClass = classes.flatMap((name, label) => {
        const images = [...after.labels.keys()].filter((image) => after.labels[image] === label);
        if (images.length === 0) return [];
        const change = estimate(differenceOf(only(after.right, images), only(before.right, images)), [-1, 1]);
        return [[name, { images: images.length, change }] as const];
      });
      return [benchmark, Object.fromEntries(byClass)];
    }),
  );

/** The answers to some of the images. */
function only({ seeds, draws, images, values }: Crossed, some: readonly number[]): Crossed {
  const rows = Array.from({ length: seeds * draws }, (_, row) => some.map((image) => values[row * images + image]!));
  return { seeds, draws, images: some.length, values: rows.flat() };
}
