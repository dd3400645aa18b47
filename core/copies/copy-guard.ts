import type { CopyCard } from '../contracts/copies.ts';
import type { Rejection } from '../contracts/rejections.ts';
import { copyFinder } from './copy-finder.ts';
import type { NamedThumbnails, Thumbnails } from './thumbnails.ts';

/** Keeps near copies of known images out of what is learned from. */
export interface CopyGuard {
  /** For each image why it must not be learned from; `undefined` for those that may. */
  judge(images: Thumbnails): (Pick<Rejection, 'reason' | 'detail'> | undefined)[];
  dispose(): void;
}

/**
 * Reading a benchmark for this is a guard and no selection: all that it does is to take away images that a measurement must
 * not know, it sees no label, and which of the other images are taken does not depend on it.
 * @param known - images of all benchmarks, or the labelled set: what brings nothing new
 * @param reason - why a copy of one is left out
 */
export const copyGuard = (
  known: NamedThumbnails,
  { threshold }: Pick<CopyCard, 'threshold'>,
  reason: 'near-benchmark' | 'near-labelled',
): CopyGuard => {
  const finder = copyFinder(known);
  return {
    judge: (images) =>
      finder.nearest(images).map((match) => {
        if (match === undefined || match.likeness < threshold) return undefined;
        return { reason, detail: `likeness ${match.likeness.toFixed(4)} to ${known.keys[match.reference]}` };
      }),
    dispose: () => finder.dispose(),
  };
};
