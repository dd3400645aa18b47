import { PRICES } from './prices.ts';

/** Number of faces of the pool in arXiv 2005.08551. */
export const PAPER_POOL = 5_822_653;

/** Everything that an estimate rests on. */
export interface Assumptions {
  readonly images: number;
  /** Mining jobs. */
  readonly shards: number;
  /** Part of the pool that is mined. */
  readonly minedShare: number;
  /** Images per second of one mining job, which asks several nets about each. */
  readonly imagesPerSecond: number;
  readonly nets: number;
  /** Seconds of a mining job that no image is looked at: the container starts and the net is loaded. */
  readonly jobStartSeconds: number;
  /** Job hours of all that grows with neither the pool nor the mined set: training, distilling, evaluating. */
  readonly fixedJobHours: number;
  /** Jobs that read the whole mined set, and those that embed all of it by one net besides. */
  readonly readers: number;
  readonly embedders: number;
  /** Decoded bytes of an image as a shard keeps it. */
  readonly imageBytes: number;
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
  /** Gigabytes of the pool that lie in another Region. */
  readonly otherRegionGigabytes: number;
  /** Days that scratch is kept, the versions that were written over included. */
  readonly scratchDays: number;
}

export interface Estimate {
  /** Hours of one job at a time, by what they go into; retries are in each. */
  readonly hours: Readonly<Record<string, number>>;
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

/** Objects that a mining job writes and its plan did, and that it, Aggregate and Publish read. */
const PUTS_PER_SHARD = 6;
const GETS_PER_SHARD = 8;
/** Requests of all other stages together; a run with the standard preset leaves about 700 objects. */
const OTHER_REQUESTS = 3000;
/** A child of the Distributed Map starts and enters one state. */
const TRANSITIONS_PER_SHARD = 2;
const OTHER_TRANSITIONS = 200;
/** Of Plan, Aggregate and Publish: a small run, and how they grow (docs/scale.md). */
const LAMBDA_GIGABYTE_SECONDS = 500;
const LAMBDA_GIGABYTE_SECONDS_A_MILLION = 150;
const LISTING_SECONDS_A_THOUSAND = 0.1;
/** A candidate takes its pixels and a row; a shard keeps twice as many as are mined of it. */
const ROW_BYTES = 120;
const CANDIDATES_A_MINED_IMAGE = 2;
/** Rows, their pixels and SHA-256; a shard's pixels come in 100 ms, 16 shards at once. */
const READ_SECONDS_AN_IMAGE = 20e-6;
const READ_SECONDS_A_SHARD = 0.1 / 16;
/** The worker's own log, and the history of a child with its data. */
const LOG_KILOBYTES_PER_JOB = 40;
/** Records of connections and of requests. */
const FLOW_KILOBYTES_AN_HOUR = 200;
const ACCESS_LOG_KILOBYTES = 0.6;
const HOURS_A_MONTH = 730;
const DAYS_A_MONTH = 30;

/** What a run would cost, from nothing but its assumptions. */
export const estimateRun = (given: Assumptions): Estimate => {
  const { images, shards, hourPrice, spotShare, onDemandShare } = given;
  const hours = hoursOf(given);
  const jobHours = Object.values(hours).reduce((sum, value) => sum + value, 0);
  const mining = hours['mining images']! + hours['starting mining jobs']!;
  const machines = Math.min(given.jobsAtOnce, shards);
  const machineHours = jobHours + (machines * given.machineStartMinutes) / 60;
  const transitions = shards * TRANSITIONS_PER_SHARD + OTHER_TRANSITIONS;
  const puts = shards * PUTS_PER_SHARD + OTHER_REQUESTS;
  const gets = shards * (GETS_PER_SHARD + given.readers) + (given.singleObjects ? images : 0) + OTHER_REQUESTS;
  const kept = images * given.minedShare * CANDIDATES_A_MINED_IMAGE * (given.imageBytes + ROW_BYTES);
  const listing = given.singleObjects ? (images / 1000) * LISTING_SECONDS_A_THOUSAND : 0;
  const lambda = LAMBDA_GIGABYTE_SECONDS + (images / 1e6) * LAMBDA_GIGABYTE_SECONDS_A_MILLION + listing;
  const flows = (machineHours * FLOW_KILOBYTES_AN_HOUR) / 1e6;
  const others = {
    'root volumes': ((machineHours * given.diskGigabytes) / HOURS_A_MONTH) * PRICES.diskGigabyteMonth,
    'public IPv4 addresses': machineHours * PRICES.addressHour,
    'state transitions': transitions * PRICES.transition,
    'S3 requests': puts * PRICES.s3Put + gets * PRICES.s3Get,
    'S3 scratch with its versions': (kept / 1e9) * (given.scratchDays / DAYS_A_MONTH) * PRICES.s3GigabyteMonth,
    'pool from another Region': given.otherRegionGigabytes * PRICES.otherRegionGigabyte,
    Lambda: lambda * PRICES.lambdaGigabyteSecond,
    'logs of jobs and workflow': ((shards * LOG_KILOBYTES_PER_JOB) / 1e6) * PRICES.logGigabyte,
    'flow and access logs':
      flows * PRICES.flowLogGigabyte + (((puts + gets) * ACCESS_LOG_KILOBYTES) / 1e6) * PRICES.s3GigabyteMonth,
    'X-Ray traces': shards * PRICES.trace,
  };
  const rest = Object.values(others).reduce((sum, value) => sum + value, 0);
  const machinesCost = machineHours * hourPrice * (onDemandShare + (1 - onDemandShare) * spotShare);
  return {
    hours,
    jobHours,
    miningHours: mining / machines + given.machineStartMinutes / 60,
    transitions,
    dollars: { machines: machinesCost, ...others },
    total: machinesCost + rest,
    totalOnDemand: machineHours * hourPrice + rest,
  };
};

function hoursOf(given: Assumptions): Record<string, number> {
  const { images, shards, minedShare, imagesPerSecond, readers, embedders } = given;
  const mined = images * minedShare;
  const seconds = {
    'mining images': images / imagesPerSecond,
    'starting mining jobs': shards * given.jobStartSeconds,
    'reading the mined set': readers * (mined * READ_SECONDS_AN_IMAGE + shards * READ_SECONDS_A_SHARD),
    'embedding the mined set': (embedders * mined) / (imagesPerSecond * given.nets),
    'everything else': given.fixedJobHours * 3600,
  };
  const withRetries = Object.entries(seconds).map(([what, value]) => [what, (value / 3600) * (1 + given.retryShare)]);
  return Object.fromEntries(withRetries) as Record<string, number>;
}
