import { z } from 'zod';
import { parseOrExplain } from '../core/contracts/run-input.ts';

const whole = (min: number, max: number) => z.number().int().min(min).max(max);

/** Families that run the worker's CUDA build; see the notes on GPU types in docs/architecture.md. */
const InstanceType = z.string().regex(/^(g4dn|g5|g6)\.[0-9a-z]+$/, 'must be of the families g4dn, g5 or g6');

const BucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of an S3 bucket');

/** What stands under `omnidistill` in the context of cdk.json (or after `-c omnidistill=`, as JSON). */
export const Settings = z
  .strictObject({
    /** Instances that Batch may start, all with one GPU per four vCPUs or more. */
    instanceTypes: z.array(InstanceType).min(1).default(['g4dn.xlarge', 'g5.xlarge', 'g6.xlarge']),
    /** Bound of each of the two compute environments; together with the vCPUs of a job it says how many run at once. */
    maxvCpus: whole(4, 10_000).default(64),
    /** vCPUs of a job that needs a GPU. */
    vcpus: whole(1, 192).default(4),
    /** Memory of a job. More than 15,000 never fits an instance of 16 GiB: the job would hang in RUNNABLE. */
    memoryMiB: whole(1024, 1_000_000).default(14_500),
    /** Attempts of a job on one queue, Spot reclaims included. */
    attempts: whole(1, 10).default(5),
    /** Shards that are mined at once. */
    miningConcurrency: whole(1, 10_000).default(32),
    /** Bound of a whole run. */
    runTimeoutHours: whole(1, 8760).default(168),
    /** A worker image that exists already; without it the Dockerfile of this project is built on deployment. */
    imageUri: z.string().min(1).optional(),
    /** Base of the worker image that is built on deployment, instead of the Dockerfile's own. */
    baseImage: z.string().min(1).optional(),
    /** Further buckets that labelled sets, pools and benchmarks are read from. */
    inputBuckets: z.array(BucketName).default([]),
    /** Keeps the bucket, and all runs in it, when the stack is deleted. */
    retainBucket: z.boolean().default(true),
  })
  .refine(({ vcpus, maxvCpus }) => maxvCpus >= vcpus, {
    path: ['maxvCpus'],
    message: 'must be at least vcpus, or no job ever starts',
  });
export type Settings = z.infer<typeof Settings>;

/**
 * Settings from the CDK context.
 * @param context - the value of the context key `omnidistill`: an object, JSON text of one, or nothing for the defaults
 * @throws ConfigError that names every wrong field
 */
export const readSettings = (context: unknown): Settings =>
  parseOrExplain(Settings, typeof context === 'string' ? fromText(context) : (context ?? {}), 'context `omnidistill`');

const fromText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
