import { z } from 'zod';
import { ArmName } from './arms.ts';
import { RunConfig } from './config.ts';
import { Spread } from './evaluation.ts';
import { ClassName, Name, RunId, SetSpec, Uri } from './names.ts';
import { Backend } from './stats.ts';

/** `release/eval.json`: how the printed numbers were measured, so that another can measure them again. */
export const ReleaseEval = z.strictObject({
  formatVersion: z.literal(1),
  runId: RunId,
  classes: z.array(ClassName),
  /** Distilled sets of the release, each in a folder of its name. */
  sets: z.array(SetSpec),
  protocol: z.strictObject({
    /** What is trained and measured for each kind of arm. */
    arms: z.record(z.string(), z.string()),
    nets: z.string(),
    augmentation: z.string(),
    prediction: z.string(),
    /** Paired repetitions; repetition s has seed s. */
    seeds: z.number().int(),
  }),
  config: RunConfig,
  backend: Backend,
  /** Where the benchmarks lay when they were measured, and the images in them. */
  benchmarks: z.record(Name, z.strictObject({ uri: Uri, images: z.number().int() })),
  /** `accuracy[benchmark][arm]`; baselines are `only/random-…`, `only/herding-…` and `only/k-center-…`. */
  accuracy: z.record(Name, z.record(ArmName, Spread)),
  /** Paired difference to `primitive`, seed by seed. */
  gain: z.record(Name, z.record(ArmName, Spread)),
});
export type ReleaseEval = z.infer<typeof ReleaseEval>;
