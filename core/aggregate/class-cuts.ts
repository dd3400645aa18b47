import { CLASS_BINS, classBinEdge, classBinOf, type ScoreRange } from '../contracts/mining-scores.ts';
import type { PoolView } from './pool-view.ts';

/** Halvings of the range of limits: more than the bins of any pool tell apart. */
const HALVINGS = 40;

/** Where a class is cut off, and how many of its images lie above. */
interface Cut {
  /** None of the class passes where it is `CLASS_BINS`. */
  readonly bin: number;
  readonly images: number;
}

/**
 * The lowest score of each class such that in every class no larger part of what lies above is expected to be wrong than a limit
 * that all classes share: the lowest one at which `wanted` images lie above, or a few more, since bins are taken whole. So a class
 * whose labels are mostly right brings many, and one that the miner guesses at brings few. It takes the memory of the histograms alone.
 * @param range - of the score
 * @returns `[classes]`, infinite for a class of which nothing passes
 */
export const classCuts = (view: PoolView, wanted: number, range: ScoreRange): number[] => {
  const chances = chancesOf(view);
  const cutsAt = (limit: number): Cut[] => view.ofClasses.map((own) => cutOf(own, chances, limit));
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const limit = (low + high) / 2;
    const images = cutsAt(limit).reduce((sum, cut) => sum + cut.images, 0);
    if (images < wanted) low = limit;
    else high = limit;
  }
  return cutsAt(high).map(({ bin }) => (bin === CLASS_BINS ? Number.POSITIVE_INFINITY : classBinEdge(bin, range)));
};

/** The chance of a pseudo-label by its bin: that of an image in it, whatever the class. */
function chancesOf({ counts, expectedRight }: PoolView): number[] {
  const [images, right] = [new Array<number>(CLASS_BINS).fill(0), new Array<number>(CLASS_BINS).fill(0)];
  counts.forEach((count, bin) => {
    images[classBinOf(bin)]! += count;
    right[classBinOf(bin)]! += expectedRight[bin]!;
  });
  return images.map((count, bin) => right[bin]! / Math.max(count, 1));
}

function cutOf(own: readonly number[], chances: readonly number[], limit: number): Cut {
  let cut: Cut = { bin: CLASS_BINS, images: 0 };
  let [images, wrong] = [0, 0];
  for (let bin = CLASS_BINS - 1; bin >= 0; bin--) {
    images += own[bin]!;
    wrong += own[bin]! * (1 - chances[bin]!);
    if (own[bin]! > 0 && wrong <= limit * images) cut = { bin, images };
  }
  return cut;
}
