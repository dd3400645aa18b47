import { z } from 'zod';
import { ArmName } from './arms.ts';
import { Name } from './names.ts';

/** Fewest images that an error of calibration or a verdict is taken from; of fewer, either is mostly chance. */
export const LEAST_IMAGES = 100;

/** One net on one benchmark, from the probabilities that are stored of it. */
export const Score = z.strictObject({
  accuracy: z.number(),
  /** Mean of the classes' recalls: fair where classes are of unequal size. */
  macroRecall: z.number(),
  /** Share of each class that was recognised, in the order of the labels; null for a class that the benchmark lacks. */
  recall: z.array(z.number().nullable()),
  /** Mean squared distance of the probabilities from the truth, summed over classes: 0 to 2, the lower the better. */
  brier: z.number(),
  /** Mean negative log-likelihood of the true class, nats. */
  nll: z.number(),
  /** Expected calibration error over 15 equal bins; null where the benchmark has too few images to measure it. */
  ece: z.number().nullable(),
  /** `confusion[truth][prediction]`, counts. */
  confusion: z.array(z.array(z.number().int())),
});
export type Score = z.infer<typeof Score>;

/** The score of one of an arm's nets. */
export const NetScore = Score.extend({
  seed: z.number().int(),
  /** Which draw of the arm's distilled set it learned from; 0 where there is but one. */
  draw: z.number().int(),
});
export type NetScore = z.infer<typeof NetScore>;

/** `evaluation/<arm>/result.json` */
export const Evaluation = z.strictObject({
  arm: ArmName,
  /** Images beside the labelled set (`boost`, `omni`) or instead of it (`only`). */
  images: z.number().int().min(0),
  /** How often the arm's distilled set was drawn; 1 for an arm without one. */
  draws: z.number().int().min(1),
  /** Scores by benchmark, ordered by seed and then by draw. */
  scores: z.record(Name, z.array(NetScore)),
});
export type Evaluation = z.infer<typeof Evaluation>;
