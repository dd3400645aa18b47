import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';
import { parseOrExplain } from '../core/contracts/parse-or-explain.ts';
import { parseEcrImage } from './ecr-image.ts';

const whole = (min: number, max: number) => z.number().int().min(min).max(max);

/** Families that run the worker's CUDA build; see docs/compute.md. */
const InstanceType = z.string().regex(/^(g4dn|g5|g6)\.[0-9a-z]+$/, 'must be of the families g4dn, g5 or g6');

/** Without what a policy would take for a pattern or a variable. */
const InputPlace = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^/*?$]+)*\/?$/,
    'must be the name of an S3 bucket, or BUCKET/PREFIX without *, ? and $',
  );

const KeyArn = z.string().regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'must be the ARN of a KMS key');

/** Any name of a private registry of ECR. */
const IN_SOME_ECR = /\.dkr\.ecr\./;

/** What stands under `omnidistill` in the context of cdk.json (or after `-c omnidistill=`, as JSON); see docs/aws.md. */
export const Settings = z
  .strictObject({
    /** Name of the stack, of its dashboard and of its job definitions. */
    stackName: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be 1 to 64 letters, digits and -, and start with a letter')
      .default('Omnidistill'),
    /** The one account that may be deployed to; with `region`. Without both, the one that the credentials say. */
    account: z
      .string()
      .regex(/^\d{12}$/, 'must be 12 digits')
      .optional(),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a Region such as eu-west-1')
      .optional(),

    /** Instances that Batch may start, all with one GPU per four vCPUs or more. */
    instanceTypes: z.array(InstanceType).min(1).default(['g4dn.xlarge', 'g5.xlarge', 'g6.xlarge']),
    /** Bound of each of the two compute environments; together with the vCPUs of a job it says how many run at once. */
    maxvCpus: whole(4, 10_000).default(64),
    /** vCPUs of a job. */
    vcpus: whole(1, 192).default(4),
    /** Memory of a job. More than 15,000 never fits an instance of 16 GiB: the job would hang in RUNNABLE. */
    memoryMiB: whole(1024, 1_000_000).default(14_500),
    /** Attempts of a job on one queue, Spot reclaims included. */
    attempts: whole(1, 10).default(5),
    /** Shards that are mined at once. */
    miningConcurrency: whole(1, 10_000).default(32),
    /**
     * Memory of the function that selects what is mined, 2 KiB a mined image: it mines no more than it holds. New accounts may
     * have no more than 3008 for a function.
     */
    aggregateMemoryMiB: whole(1024, 10_240).default(3008),
    /** How long a job waits for a Spot machine before it goes to the on-demand queue. */
    spotPatienceMinutes: whole(10, 1440).default(30),
    /** How long a job waits for an on-demand machine before it fails. */
    onDemandPatienceMinutes: whole(10, 1440).default(360),
    /** Bound of a whole run. 24 days at most: the local runner's timers count milliseconds in 31 bits. */
    runTimeoutHours: whole(1, 576).default(168),

    /** A worker image that exists already; without it the Dockerfile of this project is built on deployment. */
    imageUri: z.string().min(1).optional(),
    /** Base of the worker image that is built on deployment, instead of the Dockerfile's own. */
    baseImage: z.string().min(1).optional(),

    /** Further buckets, or parts of them, that labelled sets, pools and benchmarks are read from. */
    inputBuckets: z.array(InputPlace).default([]),
    /** KMS keys that their objects are encrypted with. */
    inputKeyArns: z.array(KeyArn).default([]),
    /** Keeps the buckets, and all runs in them, when the stack is deleted. */
    retainBucket: z.boolean().default(true),
    /** Days after which the scratch of a run goes; a run can be redriven for 14. */
    scratchDays: whole(15, 3650).default(30),

    /** Machines in subnets without any way to the internet, behind interface endpoints that bill while idle. */
    isolated: z.boolean().default(false),
    availabilityZones: whole(1, 6).default(2),
    /** Records who the machines talked to, in the log bucket. */
    flowLogs: z.boolean().default(true),

    /** Retention of every log group; CloudWatch knows certain numbers only. */
    logDays: z.enum(RetentionDays).default(RetentionDays.ONE_MONTH),
    dashboard: z.boolean().default(true),
    /** Gets what the alarm topic says, once it confirmed the subscription. */
    alarmEmail: z.email().optional(),
    /** KMS key for the alarm topic, whose policy must let CloudWatch, EventBridge (without a condition) and Budgets use it. */
    alarmKeyArn: KeyArn.optional(),
    /** Monthly costs from which the alarm topic speaks up (at 80 %, and when 100 % is forecast). */
    budgetUsd: z.number().positive().max(10_000_000).optional(),
    /** Counts this stack alone, once its tag is activated as a cost allocation tag; else the whole account. */
    budgetByTag: z.boolean().default(false),
  })
  .refine(({ vcpus, maxvCpus }) => maxvCpus >= vcpus, {
    path: ['maxvCpus'],
    message: 'must be at least vcpus, or no job ever starts',
  })
  .refine(({ account, region }) => (account === undefined) === (region === undefined), {
    path: ['account'],
    message: 'must be given together with region, or not at all',
  })
  .refine(({ isolated, imageUri }) => !isolated || imageUri === undefined || parseEcrImage(imageUri) !== undefined, {
    path: ['imageUri'],
    message: 'must lie in ECR when isolated, as no other registry can be reached',
  })
  .refine(
    ({ isolated, imageUri = '', region }) =>
      !isolated || region === undefined || (parseEcrImage(imageUri)?.region ?? region) === region,
    {
      path: ['imageUri'],
      message: 'must lie in the Region of the stack when isolated: the endpoints lead to no other',
    },
  )
  .refine(({ imageUri = '' }) => !IN_SOME_ECR.test(imageUri) || parseEcrImage(imageUri) !== undefined, {
    path: ['imageUri'],
    message: 'must be ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME with :TAG or @sha256:DIGEST',
  });
export type Settings = z.infer<typeof Settings>;

/**
 * Settings from the CDK context.
 * @param context - the value of the context key `omnidistill`: an object, JSON text of one, or nothing for the defaults
 * @throws ConfigError that names every wrong field
 */
export const readSettings = (context: unknown): Settings =>
  parseOrExplain(Settings, typeof context === 'string' ? fromText(context) : (context ?? {}), 'context `omnidistill`');

function fromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
