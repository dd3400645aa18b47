import type { CopyCard } from '../contracts/copies.ts';

/** How far beyond that tenth a copy has to be, in distances from the median to it: of a normal distribution 0.24 % are. */
const BEYOND = 1.2;
/** Measured on FER2013 and UTKFace (docs/guards.md). */
const PER_TENFOLD = 0.7;
/** Of a likeness: equal images would be infinitely far away. */
const HIGHEST = 0.9999;

/** Where copies begin: beyond what is most alike of other images. On Fisher's scale, on which a likeness spreads as much near 1 as elsewhere. */
export function outlier({ median, high }: NonNullable<CopyCard['own']>): number {
  return Math.min(HIGHEST, Math.tanh(far(high) + BEYOND * (far(high) - far(median))));
}

/**
 * The threshold among more images than a card was made of: of very many the most alike lie nearer, by a part of the way from the
 * median to the tenth that is most alike for every tenfold.
 * @param images - that are compared with each other
 */
export const thresholdAmong = ({ references, threshold, own }: CopyCard, images: number): number => {
  if (own === undefined) return threshold;
  const tenfolds = Math.max(0, Math.log10(images / references));
  const further = PER_TENFOLD * tenfolds * (far(own.high) - far(own.median));
  return Math.max(threshold, Math.min(HIGHEST, Math.tanh(far(outlier(own)) + further)));
};

function far(likeness: number): number {
  return Math.atanh(Math.min(HIGHEST, Math.max(-HIGHEST, likeness)));
}
