import type { CopyCard } from '../contracts/copies.ts';
import type { Rejection } from '../contracts/rejections.ts';
import type { Images } from '../data/images.ts';
import { copyFinder } from './copy-finder.ts';
import { type NamedThumbnails, thumbnailsOf } from './thumbnails.ts';

/** Keeps near copies of benchmark images out of what is learned from. */
export interface BenchmarkGuard {
  /** For each image why it must not be learned from; `undefined` for those that may. */
  judge(images: Images): (Pick<Rejection, 'reason' | 'detail'> | undefined)[];
  dispose(): void;
}

/**
 * Reading a benchmark for this is a guard and no selection: all that it does is to take away images that a measurement must
 * not know, it sees no label, and which of the other images are taken does not depend on it.
 * @param benchmarks - all images of all benchmarks
 */
export const benchmarkGuard = (
  benchmarks: NamedThumbnails,
  { threshold }: Pick<CopyCard, 'threshold'>,
): BenchmarkGuard => {
  const finder = copyFinder(benchmarks);
  return {
    judge: (images) =>
      finder.nearest(thumbnailsOf(images)).map((match) => {
        if (match === undefined || match.likeness < threshold) return undefined;
        const detail = `likeness ${match.likeness.toFixed(4)} to ${benchmarks.keys[match.reference]}`;
        return { reason: 'near-benchmark', detail };
      }),
    dispose: () => finder.dispose(),
  };
};
