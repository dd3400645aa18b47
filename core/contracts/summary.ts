import { z } from 'zod';
import { ArmName } from './arms.ts';
import { RunConfig } from './config.ts';
import { Spread } from './evaluation.ts';
import { DomainGap, GateCard } from './gate.ts';
import { MinedSummary } from './mined.ts';
import { Calibration } from './model.ts';
import { ClassName, Name, RunId } from './names.ts';
import { RejectionCounts } from './rejections.ts';
import { Backend } from './stats.ts';

/** `runs/<runId>/summary.json`: the documented contract that scripts read. */
export const Summary = z.strictObject({
  formatVersion: z.literal(1),
  runId: RunId,
  classes: z.array(ClassName),
  config: RunConfig,
  /** `accuracy[benchmark][arm]`, in [0, 1]. */
  accuracy: z.record(Name, z.record(ArmName, Spread)),
  /** Paired difference to `primitive`, seed by seed, in [-1, 1]. */
  gain: z.record(Name, z.record(ArmName, Spread)),
  /** Images behind each arm beside (or, for `only/`, instead of) the labelled set. */
  images: z.record(ArmName, z.number().int()),
  calibration: Calibration.optional(),
  mined: z.strictObject({
    ...MinedSummary.shape,
    rejected: RejectionCounts,
    /** Only with an audit file: part of the mined rows whose pseudo-label agrees, with a 95 % Wilson interval. */
    audit: z
      .strictObject({ checked: z.number().int(), precision: z.number(), low: z.number(), high: z.number() })
      .optional(),
  }),
  /** Absent where the images were too few. */
  domainGap: DomainGap.optional(),
  /** Absent where the run did without. */
  gate: GateCard.optional(),
  /** Rejections by reason in the labelled set and the benchmarks. */
  inputRejected: RejectionCounts,
  /** By stage that leaves stats (`STAGES` but for `plan` and `publish`): jobs, their summed seconds and highest peak memory. */
  stages: z.record(
    z.string(),
    z.strictObject({ jobs: z.number().int(), seconds: z.number(), peakMemoryMiB: z.number() }),
  ),
  /** Readable pool images per second of mining, over all mining jobs' seconds. */
  miningImagesPerSecond: z.number(),
  backend: Backend,
  /** Where things lie, relative to the run's folder. */
  paths: z.strictObject({ report: z.string(), release: z.string(), mined: z.string() }),
});
export type Summary = z.infer<typeof Summary>;
