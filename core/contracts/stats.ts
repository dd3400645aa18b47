import { z } from 'zod';
import { RejectionCounts } from './rejections.ts';

/** What can compute, the fastest first. */
export const BACKENDS = ['tensorflow-gpu', 'tensorflow', 'wasm'] as const;
export const BackendName = z.enum(BACKENDS);
export type BackendName = z.infer<typeof BackendName>;

/** What can predict with nets that are trained: a library of its own, or the backend that trains them. */
export const INFERENCES = ['onnxruntime', 'backend'] as const;
export const InferenceName = z.enum(INFERENCES);
export type InferenceName = z.infer<typeof InferenceName>;

/** What predicts beside the backend; beside wasm it runs training steps, too. */
export const Inference = z.strictObject({
  name: z.literal('onnxruntime'),
  version: z.string(),
  /** Of one operation. */
  threads: z.number().int().positive(),
  /** By its maker's name: another model may round in another way. */
  processor: z.string(),
});
export type Inference = z.infer<typeof Inference>;

export const Backend = z.strictObject({
  /** One of `BACKENDS`. */
  name: z.string(),
  /** Why this one, in a sentence. */
  reason: z.string().optional(),
  /** Versions of what computes, by package. */
  versions: z.record(z.string(), z.string()),
  /** The GPU, by its driver's name: another model sums in another order. Only of `tensorflow-gpu`. */
  device: z.string().optional(),
  /** Threads of one operation: another number sums in another order. */
  threads: z.number().int().positive().default(1),
  /** What predicts; absent where the backend does. */
  inference: Inference.optional(),
});
export type Backend = z.infer<typeof Backend>;

/** `stats.json`, written last: where it stands, the job is done. */
export const JobStats = z.strictObject({
  job: z.string(),
  seconds: z.number().min(0),
  peakMemoryMiB: z.number().min(0),
  backend: Backend.optional(),
  /** Counts of the job's own kind: `counts` of its stage says which. */
  counts: z.record(z.string(), z.number()),
  rejected: RejectionCounts,
});
export type JobStats<Counts = Readonly<Record<string, number>>> = Omit<z.infer<typeof JobStats>, 'counts'> & {
  readonly counts: Counts;
};

/** `error.json`: why a job gave up; the aggregate names it when it counts failed shards. */
export const JobError = z.strictObject({ name: z.string(), message: z.string(), exitCode: z.number().int() });
export type JobError = z.infer<typeof JobError>;
