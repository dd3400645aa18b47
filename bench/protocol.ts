import { z } from 'zod';

/*
 * A side of a comparison is a process that reads its task from its only argument, warms up and says that it is ready.
 * Each line on its standard input then asks for one lap; the end of the input ends it. Every answer is one line of JSON.
 */

/** What a side is told. */
export const Task = z.strictObject({
  case: z.string(),
  /** An engine of ours (`engines.ts`); for a peer `nhwc` or `nchw`. */
  side: z.string(),
  device: z.enum(['cpu', 'cuda']),
  threads: z.number().int().positive(),
  /** Folder of the inputs that all sides share. */
  inputs: z.string(),
  warmUp: z.number().int().positive(),
  /** Steps of a lap. */
  steps: z.number().int().positive(),
});
export type Task = z.infer<typeof Task>;

/** What the first steps computed: has to be the same on every side. */
export const Ready = z.strictObject({ check: z.array(z.number()) });
export type Ready = z.infer<typeof Ready>;

export const Lap = z.strictObject({
  seconds: z.number().positive(),
  cpuSeconds: z.number().min(0),
  /** Images, or steps, that were done. */
  count: z.number().int().positive(),
});
export type Lap = z.infer<typeof Lap>;

export const Farewell = z.strictObject({ peakMiB: z.number().positive() });
