import { z } from 'zod';
import { ArmName } from './arms.ts';
import { BackboneCard } from './backbones.ts';
import { Colours } from './colours.ts';
import { RunConfig } from './config.ts';
import { Copies, Duplicates } from './copies.ts';
import { DomainGap, GateCard } from './gate.ts';
import { MinedSummary } from './mined.ts';
import { MirrorTest } from './mirror.ts';
import { Calibration } from './model.ts';
import { ClassName, RunId } from './names.ts';
import { PoolFound } from './plan.ts';
import { PoolVerdict } from './pool-verdict.ts';
import { SetPrivacy } from './privacy.ts';
import { RejectionCounts } from './rejections.ts';
import { Results } from './results.ts';
import { Backend } from './stats.ts';

const share = z.number().min(0).max(1);
/** The share of right pseudo-labels with its 95 % interval. */
const Precision = z.strictObject({ precision: share, low: share, high: share });
const AuditedPart = Precision.extend({
  /** Mined images that the audit names. */
  checked: z.number().int(),
  /** Those of them whose true class the audit leaves open. */
  unsure: z.number().int(),
});

/** `mined.audit` of the summary: how many pseudo-labels agree with an audit file, each class by its share in the mined set. */
export const Audit = AuditedPart.extend({
  /** Part of the mined set whose classes were looked at: the precision is that of this part. */
  covered: share,
  /** Mined images that the audit names by a name which several of them share: not looked at. */
  ambiguous: z.number().int(),
  /** The same, each class by how often training draws it. */
  drawn: Precision,
  byClass: z.record(z.string(), AuditedPart.extend({ right: z.number().int() })),
});
export type Audit = z.infer<typeof Audit>;

const bytes = z.number().int().min(0);

/** Bytes of what a receiver can be sent. */
export const Mailed = z.strictObject({
  /** Of the first draw of each set, by its name. */
  sets: z.record(
    z.string(),
    z.strictObject({
      /** As PNG. */
      images: bytes,
      /** Its label bank; 0 where the run makes none. */
      labels: bytes,
    }),
  ),
  /** The bank of the labelled images, for a receiver who has them. */
  labelled: bytes.optional(),
  /** A net that was taught by the pool, as half floats: what could be sent instead. */
  weights: bytes,
});
export type Mailed = z.infer<typeof Mailed>;

/** `runs/<runId>/summary.json`: the documented contract that scripts read. */
export const Summary = z.strictObject({
  formatVersion: z.literal(2),
  runId: RunId,
  classes: z.array(ClassName),
  config: RunConfig,
  ...Results.shape,
  /** Images behind each arm beside (or, for `only/`, instead of) the labelled set. */
  images: z.record(ArmName, z.number().int()),
  calibration: Calibration.optional(),
  /** Whether the mined images pay, by cross-fitting on the labelled set. */
  verdict: PoolVerdict,
  mined: z.strictObject({
    ...MinedSummary.shape,
    rejected: RejectionCounts,
    /** Only with an audit file. */
    audit: Audit.optional(),
  }),
  /** Absent in summaries of older versions. */
  poolFound: PoolFound.optional(),
  /** Absent where the images were too few. */
  domainGap: DomainGap.optional(),
  /** Absent where the primitives mined. */
  backbone: BackboneCard.optional(),
  /** Absent where the run did without. */
  gate: GateCard.optional(),
  /** Why grey or colour was taken. Absent where a person has said which. */
  colours: Colours.optional(),
  /** Why images were mirrored or not. Absent where a person has said which. */
  mirror: MirrorTest.optional(),
  /** Near copies of benchmark images. Absent where the run looked for none. */
  copies: Copies.optional(),
  /** Near copies of labelled images in the pool, and within the mined set. Absent where the run looked for none. */
  duplicates: Duplicates.optional(),
  /** Of each set of the release, by its name. */
  privacy: z.record(z.string(), SetPrivacy),
  /** Rejections by reason in the labelled set and the benchmarks. */
  inputRejected: RejectionCounts,
  /** Absent in summaries of older versions. */
  mailed: Mailed.optional(),
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
