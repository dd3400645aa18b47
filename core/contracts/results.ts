import { z } from 'zod';
import { ArmName } from './arms.ts';
import { ClassName, Name } from './names.ts';

/** Mean and sample standard deviation (n-1; 0 for one seed) of a figure over seeds, and its values seed by seed. */
export const Spread = z.strictObject({
  mean: z.number(),
  std: z.number(),
  /** Of each seed; where a set was drawn several times, the mean over its draws. */
  values: z.array(z.number()),
  /** `draws[seed][draw]`, only where a set was drawn several times. */
  draws: z.array(z.array(z.number())).optional(),
});
export type Spread = z.infer<typeof Spread>;

/** A 95 % interval. */
export const Interval = z.strictObject({ low: z.number(), high: z.number() });
export type Interval = z.infer<typeof Interval>;

/** A figure with the 95 % interval that covers images, seeds and draws. */
export const Estimate = Spread.extend(Interval.shape);
export type Estimate = z.infer<typeof Estimate>;

export const VERDICTS = ['gain', 'loss', 'no-evidence'] as const;
export const Verdict = z.enum(VERDICTS);
export type Verdict = z.infer<typeof Verdict>;

/** An arm against another: the difference of their accuracies, paired by image, seed and draw. */
export const Comparison = Estimate.extend({
  /** Of the sign-flip test over seeds, two-sided. With n seeds it is never below 2^(1-n). */
  p: z.number(),
  /** The same after Holm's correction over the comparisons that were planned, of which this is one. */
  pHolm: z.number().optional(),
  /** Where 0 lies: below the interval, above it or in it. */
  verdict: Verdict,
  /** The difference of their macro recalls. */
  macroRecall: Estimate,
});
export type Comparison = z.infer<typeof Comparison>;

/** By benchmark and arm. */
const table = <Cell extends z.ZodType>(cell: Cell) => z.record(Name, z.record(ArmName, cell));

/** What a run measured: the tables of `summary.json` and of a release's `eval.json`, each by benchmark and arm. */
export const Results = z.strictObject({
  /** In [0, 1]. */
  accuracy: table(Estimate),
  macroRecall: table(Estimate),
  /** Share of each class that was recognised, by its name; without classes that the benchmark lacks. */
  recall: table(z.record(ClassName, Spread)),
  /** Mean squared distance of the probabilities from the truth, summed over classes: 0 to 2. */
  brier: table(Spread),
  /** Mean negative log-likelihood, nats. */
  nll: table(Spread),
  /** Expected calibration error; without benchmarks that have too few images to measure it. */
  ece: table(Spread),
  /** `comparisons[benchmark][arm][reference]`: the first minus the second, in [-1, 1]. */
  comparisons: table(z.record(ArmName, Comparison)),
});
export type Results = z.infer<typeof Results>;
