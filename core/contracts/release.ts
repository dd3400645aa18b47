import { z } from 'zod';
import { RunConfig } from './config.ts';
import { ClassName, Name, RunId, SetSpec, Uri } from './names.ts';
import { Results } from './results.ts';
import { Backend } from './stats.ts';

/** `release/eval.json`: how the printed numbers were measured, so that another can measure them again. */
export const ReleaseEval = z.strictObject({
  formatVersion: z.literal(2),
  runId: RunId,
  classes: z.array(ClassName),
  /** Distilled sets of the release, each in a folder of its name: of those that were drawn several times the first draw. */
  sets: z.array(SetSpec),
  protocol: z.strictObject({
    /** What is trained and measured for each kind of arm. */
    arms: z.record(z.string(), z.string()),
    nets: z.string(),
    augmentation: z.string(),
    prediction: z.string(),
    /** Paired repetitions; repetition s has seed s. */
    seeds: z.number().int(),
    /** How often a set was drawn in which chance has a part: each draw was measured with every seed. */
    draws: z.number().int(),
  }),
  config: RunConfig,
  backend: Backend,
  /** Where the benchmarks lay when they were measured, unless that was a machine of the publisher, and the images in them. */
  benchmarks: z.record(Name, z.strictObject({ uri: Uri.optional(), images: z.number().int() })),
  ...Results.shape,
});
export type ReleaseEval = z.infer<typeof ReleaseEval>;
