import { z } from 'zod';

/** Why an image or a part of an archive was left out. */
export const REJECTIONS = [
  'empty',
  'too-many-bytes',
  'too-many-pixels',
  'undecodable',
  'bad-row',
  'truncated-archive',
  'near-labelled',
  'in-benchmark',
  'duplicate',
] as const;
export const RejectionReason = z.enum(REJECTIONS);
export type RejectionReason = z.infer<typeof RejectionReason>;

/** An image that was left out: where it lies, why, and what the decoder said. */
export const Rejection = z.strictObject({ key: z.string(), reason: RejectionReason, detail: z.string() });
export type Rejection = z.infer<typeof Rejection>;

/** What can compute, the fastest first. */
export const BACKENDS = ['tensorflow-gpu', 'tensorflow', 'wasm'] as const;
export const BackendName = z.enum(BACKENDS);
export type BackendName = z.infer<typeof BackendName>;

export const Backend = z.strictObject({
  /** `tensorflow-gpu`, `tensorflow`, `wasm` or `cpu`. */
  name: z.string(),
  /** Why this one, in a sentence. */
  reason: z.string().optional(),
  /** Versions of what computes, by package. */
  versions: z.record(z.string(), z.string()),
  /** Threads of one operation: another number sums in another order. */
  threads: z.number().int().positive().default(1),
});
export type Backend = z.infer<typeof Backend>;

/** `stats.json`, written last: where it stands, the job is done. */
export const JobStats = z.strictObject({
  job: z.string(),
  seconds: z.number().min(0),
  peakMemoryMiB: z.number().min(0),
  backend: Backend.optional(),
  /** Counts of the job's own kind, e.g. `read`, `mined`, `steps`. */
  counts: z.record(z.string(), z.number()),
  rejected: z.partialRecord(RejectionReason, z.number().int().min(0)),
});
export type JobStats = z.infer<typeof JobStats>;

/** `error.json`: why a job gave up; the aggregate names it when it counts failed shards. */
export const JobError = z.strictObject({ name: z.string(), message: z.string(), exitCode: z.number().int() });
export type JobError = z.infer<typeof JobError>;
