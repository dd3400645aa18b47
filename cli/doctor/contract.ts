import { z } from 'zod';
import { Backend, BackendName } from '../../core/contracts/stats.ts';

const Rate = z.number().positive();

/** What one backend does on this machine, measured in a process of its own with the default net on 48×48 grey images. */
export const Measurement = z.strictObject({
  backend: Backend,
  /** From choosing the backend to the first result. */
  startSeconds: Rate,
  /** Images a second in training, batches of 64 with their augmentation. */
  trainingPerSecond: Rate,
  /** Images a second in mining's forward pass, each of them with its mirror image. */
  embeddingPerSecond: Rate,
});
export type Measurement = z.infer<typeof Measurement>;

/** What is wrong, and the command that helps where any does. */
const Problem = z.strictObject({ problem: z.string(), fix: z.string().optional() });
export type Problem = z.infer<typeof Problem>;

const BackendReport = z.discriminatedUnion('works', [
  Measurement.extend({ name: BackendName, works: z.literal(true) }),
  Problem.extend({ name: BackendName, works: z.literal(false) }),
]);
export type BackendReport = z.infer<typeof BackendReport>;

const Gpu = z.strictObject({ name: z.string(), driver: z.string(), memoryMiB: z.number().positive() });
export type Gpu = z.infer<typeof Gpu>;

export const Machine = z.strictObject({
  platform: z.string(),
  arch: z.string(),
  /** Nothing on musl and off Linux. */
  glibc: z.string().nullable(),
  processor: z.string(),
  cores: z.number().int().positive(),
  memoryMiB: z.number().positive(),
  freeMemoryMiB: z.number().min(0),
});
export type Machine = z.infer<typeof Machine>;

/** What `omnidistill doctor --json` prints. */
export const DoctorReport = z.strictObject({
  machine: Machine,
  /** Versions by package, among them Node's own and TensorFlow's where its addon was built. */
  versions: z.record(z.string(), z.string()),
  gpu: z.strictObject({
    /** As nvidia-smi lists them. */
    found: z.array(Gpu),
    /** Device files that this process sees. */
    devices: z.array(z.string()),
    /** Whether the driver's library, libcuda.so.1, loads. */
    driverLoads: z.boolean(),
  }),
  /** Threads of one job; as many jobs as processor cores run side by side. */
  threads: z.number().int().positive(),
  /** The fastest first. */
  backends: z.array(BackendReport),
  /** What a job on this machine computes on, why, and what predicts beside it; nothing where no job can start. */
  chosen: z.strictObject({ name: z.string(), reason: z.string(), predicts: z.string().optional() }).nullable(),
  /** Why nothing was chosen. */
  problem: z.string().optional(),
});
export type DoctorReport = z.infer<typeof DoctorReport>;
