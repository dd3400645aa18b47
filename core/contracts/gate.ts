import { z } from 'zod';
import { RejectionCounts } from './rejections.ts';

const share = z.number().min(0).max(1);

/** How the labelled images that a vote did not see lie on its scale. */
const Vote = z.strictObject({
  /** Median of their log-odds. */
  median: z.number(),
  /** From the median down to the tenth part of them that is lowest. */
  spread: z.number().positive(),
});

/** Ranges beyond which an image shows nothing; one that is missing is not looked at. */
export const ExposureLimits = z.strictObject({
  /** Lowest and highest mean lightness, 0 black to 1 white. */
  darkest: z.number().optional(),
  brightest: z.number().optional(),
  /** Lowest standard deviation of the lightness. */
  contrast: z.number().optional(),
  /** Lowest sharpness: logarithm of the variance of the Laplacian over that of the image. */
  sharpness: z.number().optional(),
});
export type ExposureLimits = z.infer<typeof ExposureLimits>;

/** `gate.json`: by what the gate tells images of the task from junk, and what it found out about itself. */
export const GateCard = z.strictObject({
  junk: z.strictObject({
    on: z.boolean(),
    /** Why it is off; nothing where it is on. */
    why: z.string(),
    /** Labelled images that it was fitted on. */
    labelled: z.number().int(),
    votes: z.array(Vote),
    /** Highest junk score that passes: 0 is the median of the labelled images, 1 what nine tenths of them stay below. */
    highest: z.number(),
    /** Held-out images that pass: of the labelled set, and of each kind of made junk. */
    passed: z.strictObject({ labelled: share, junk: z.record(z.string(), share) }),
    /** Kinds of made junk that look like the labelled set itself, so nothing was learned from them. */
    unused: z.array(z.string()),
  }),
  limits: ExposureLimits,
  /** What it makes of the pool's sample. */
  sample: z.strictObject({ images: z.number().int(), rejected: RejectionCounts }),
});
export type GateCard = z.infer<typeof GateCard>;

/** `domain-gap.json`: how easily labelled images and pool images are told apart. */
export const DomainGap = z.strictObject({
  labelled: z.number().int(),
  pool: z.number().int(),
  /**
   * Probability that a simple classifier finds the pool image of a pair of one pool and one labelled image: 0.5 where it
   * can but guess, 1 where it always does. With its 95 % interval.
   */
  auc: share,
  low: share,
  high: share,
  /** Whether it is so high that the pool must be called another domain. */
  wide: z.boolean(),
});
export type DomainGap = z.infer<typeof DomainGap>;
