import { z } from 'zod';
import { Rejection } from './rejections.ts';

const likeness = z.number().min(-1).max(1);

/** How near copies of benchmark images are told from images that are only alike. */
export const CopyCard = z.strictObject({
  /** Benchmark images that copies are looked for of. */
  references: z.number().int().min(0),
  /** Likeness from which an image counts as a copy: what was asked for, or more where the benchmark's own images are alike. */
  threshold: likeness,
  /**
   * The highest likeness of a benchmark image to another one, over so many of them: the median, and what a tenth
   * is above. Absent where they are too few.
   */
  own: z.strictObject({ images: z.number().int(), median: likeness, high: likeness }).optional(),
});
export type CopyCard = z.infer<typeof CopyCard>;

/** How copies of labelled images in the pool, and of pool images in the pool, are told. */
export const DuplicateCards = z.strictObject({ labelled: CopyCard, pool: CopyCard });
export type DuplicateCards = z.infer<typeof DuplicateCards>;

/** `duplicates` of the summary: some of the pool images that were left out as copies. Counts stand with the other rejections. */
export const Duplicates = z.strictObject({
  /** Likeness to a labelled image from which a pool image was left out. */
  labelledThreshold: likeness,
  ofLabelled: z.array(Rejection),
  /** Likeness to a better image of the pool from which one was left out of the mined set. Absent where shards keep no sketches. */
  minedThreshold: likeness.optional(),
  ofMined: z.array(Rejection),
});
export type Duplicates = z.infer<typeof Duplicates>;

/** `copies` of the summary: the card, and some of the images that were left out. Counts stand with the other rejections. */
export const Copies = z.strictObject({
  ...CopyCard.shape,
  labelled: z.array(Rejection),
  pool: z.array(Rejection),
});
export type Copies = z.infer<typeof Copies>;
