import { z } from 'zod';

/** What cross-fitting on the labelled set says of learning from the mined images. */
export const PoolVerdictWord = z.enum(['pays', 'no-evidence', 'harms']);
export type PoolVerdictWord = z.infer<typeof PoolVerdictWord>;

/** Mean of paired differences over images, positive where the mined images help. */
export const PairedMean = z.strictObject({
  mean: z.number(),
  /** The mean in its standard errors; 0 where no image differs. */
  t: z.number(),
  /** 95 % interval over images. */
  low: z.number(),
  high: z.number(),
});
export type PairedMean = z.infer<typeof PairedMean>;

/** One measure of the nets that learned from the mined images as well, and of their controls. */
const Measured = z.strictObject({
  mined: z.number(),
  control: z.number(),
  /** By how much the mined images make it better: accuracy higher, or a Brier score lower. */
  gain: PairedMean,
});

/** `verdict.json` of a round. */
export const PoolVerdict = z.strictObject({
  verdict: PoolVerdictWord,
  /** Whether the pool shows other images than the labelled set (the domain gap that Prepare measures): then nothing is said to pay. */
  wideGap: z.boolean(),
  /** Labelled images, each told by two nets that had not seen it. */
  images: z.number().int(),
  folds: z.number().int(),
  accuracy: Measured,
  /** Of probabilities at a temperature that other folds ask for, in [0, 2]. */
  brier: Measured,
});
export type PoolVerdict = z.infer<typeof PoolVerdict>;
