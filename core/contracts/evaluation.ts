import { z } from 'zod';
import { ArmName } from './arms.ts';
import { Name } from './names.ts';

/** One network on one benchmark. */
export const Score = z.strictObject({
  seed: z.number().int(),
  accuracy: z.number(),
  /** Mean of the classes' recalls: fair where classes are of unequal size. */
  macroRecall: z.number(),
  /** `confusion[truth][prediction]`, counts. */
  confusion: z.array(z.array(z.number().int())),
});
export type Score = z.infer<typeof Score>;

/** `evaluation/<arm>/result.json` */
export const Evaluation = z.strictObject({
  arm: ArmName,
  /** Images beside the labelled set (`boost`, `omni`) or instead of it (`only`). */
  images: z.number().int().min(0),
  /** Scores by benchmark, ordered by seed. */
  scores: z.record(Name, z.array(Score)),
});
export type Evaluation = z.infer<typeof Evaluation>;

/** Mean and sample standard deviation (n-1; 0 for one seed) of an accuracy over seeds, and its values seed by seed. */
export const Spread = z.strictObject({ mean: z.number(), std: z.number(), values: z.array(z.number()) });
export type Spread = z.infer<typeof Spread>;
