import { PRICES } from './prices.ts';

/** Number of faces of the pool in arXiv 2005.08551. */
export const PAPER_POOL = 5_822_653;

/** Everything that an estimate rests on. */
export interface Assumptions {
  readonly images: number;
  readonly imagesPerShard: number;
  /** Images per second of one mining job. */
  readonly imagesPerSecond: number;
  /** Seconds of a mining job that no image is looked at: the container starts and the net is loaded. */
  readonly jobStartSeconds: number;
  /** Job hours of all that does not grow with the pool: training, distilling, evaluating. */
  readonly fixedJobHours: number;
  /** Part of the work that is done twice after Spot reclaims. */
  readonly retryShare: number;
  /** Dollars of an instance hour on demand. */
  readonly hourPrice: number;
  readonly spotShare: number;
  /** Part of the work that ends on the on-demand queue. */
  readonly onDemandShare: number;
  readonly jobsAtOnce: number;
  /** Minutes until a machine takes its first job, paid for each. */
  readonly machineStartMinutes: number;
  readonly diskGigabytes: number;
  /** Whether images are single objects or in tar shards. */
  readonly singleObjects: boolean;
}

export interface Estimate {
  readonly shards: number;
  /** Hours of one job at a time. */
  readonly jobHours: number;
  /** Hours from start to end of mining, where all machines can be had. */
  readonly miningHours: number;
  readonly transitions: number;
  /** Dollars by what they are paid for. */
  readonly dollars: Readonly<Record<string, number>>;
  readonly total: number;
  /** The total, had everything run on demand. */
  readonly totalOnDemand: number;
}

/** Objects that a mining job writes or its plan did, and that it and Aggregate read. */
const PUTS_PER_SHARD = 5;
const GETS_PER_SHARD = 6;
/** Requests of all other stages together; a run with the standard preset leaves about 700 objects. */
const OTHER_REQUESTS = 3000;
/** A child of the Distributed Map starts and enters one state. */
const TRANSITIONS_PER_SHARD = 2;
const OTHER_TRANSITIONS = 200;
const LAMBDA_GIGABYTE_SECONDS = 1500;
const SCRATCH_KILOBYTES_PER_SHARD = 300;
const LOG_KILOBYTES_PER_JOB = 20;
const HOURS_A_MONTH = 730;

/** What a run would cost, from nothing but its assumptions. */
export const estimateRun = (given: Assumptions): Estimate => {
  const shards = Math.ceil(given.images / given.imagesPerShard);
  const mining = (given.images / given.imagesPerSecond + shards * given.jobStartSeconds) / 3600;
  const machines = Math.min(given.jobsAtOnce, shards);
  const starts = (machines * given.machineStartMinutes) / 60;
  const jobHours = (mining + given.fixedJobHours) * (1 + given.retryShare);
  const hours = jobHours + starts;
  const { hourPrice, spotShare, onDemandShare } = given;
  const transitions = shards * TRANSITIONS_PER_SHARD + OTHER_TRANSITIONS;
  const gets = shards * GETS_PER_SHARD + (given.singleObjects ? given.images : 0) + OTHER_REQUESTS;
  const others = {
    'root volumes': ((hours * given.diskGigabytes) / HOURS_A_MONTH) * PRICES.diskGigabyteMonth,
    'state transitions': transitions * PRICES.transition,
    'S3 requests': (shards * PUTS_PER_SHARD + OTHER_REQUESTS) * PRICES.s3Put + gets * PRICES.s3Get,
    'S3 scratch for a month': ((shards * SCRATCH_KILOBYTES_PER_SHARD) / 1e6) * PRICES.s3GigabyteMonth,
    Lambda: LAMBDA_GIGABYTE_SECONDS * PRICES.lambdaGigabyteSecond,
    logs: ((shards * LOG_KILOBYTES_PER_JOB) / 1e6) * PRICES.logGigabyte,
  };
  const rest = Object.values(others).reduce((sum, value) => sum + value, 0);
  const machinesCost = hours * hourPrice * (onDemandShare + (1 - onDemandShare) * spotShare);
  return {
    shards,
    jobHours,
    miningHours: (mining * (1 + given.retryShare)) / machines + given.machineStartMinutes / 60,
    transitions,
    dollars: { machines: machinesCost, ...others },
    total: machinesCost + rest,
    totalOnDemand: hours * hourPrice + rest,
  };
};
