import { resolveConfig } from '../../core/contracts/presets.ts';
import { ConfigError, inField } from '../../core/errors.ts';
import { openPool } from '../../core/plan/pool-objects.ts';
import { countPool, type PoolCount } from '../../core/plan/pool-shards.ts';
import { count } from '../../core/text/format.ts';
import { type Assumptions, type Estimate, estimateRun, PAPER_POOL } from './estimate.ts';
import { INSTANCE, PRICES, SPOT_SHARE } from './prices.ts';

/** Flags of `cost`. */
export interface CostFlags {
  readonly pool?: string | undefined;
  readonly images?: number | undefined;
  readonly rate: number;
  readonly instance: string;
  readonly hourPrice?: number | undefined;
  readonly spotShare: number;
  readonly jobs: number;
  readonly fixedHours: number;
}

/** Images per second of a mining job with the TensorFlow backend on one thread of a CPU (README, "Measured"). */
const MEASURED_RATE = 157;
/** Job hours of training, distilling and evaluating with the standard preset on one CPU thread a job (same place). */
const MEASURED_FIXED_HOURS = 1.9;
export const DEFAULTS = {
  rate: MEASURED_RATE,
  fixedHours: MEASURED_FIXED_HOURS,
  instance: INSTANCE,
  spotShare: SPOT_SHARE,
  jobs: 16,
} as const;

const ON_DEMAND_SHARE = 0.05;
const RETRY_SHARE = 0.1;
const JOB_START_SECONDS = 15;
const MACHINE_START_MINUTES = 5;
const DISK_GIGABYTES = 100;

/** An estimate and everything that it rests on, as `--json` prints it. */
export interface Cost {
  readonly assumptions: Assumptions;
  readonly estimate: Estimate;
  /** The assumptions in words, with where they come from. */
  readonly words: readonly string[];
}

/**
 * What a run would cost, before it starts.
 * @throws ConfigError for an unknown instance, or a pool that cannot be counted
 */
export const costOf = async (flags: CostFlags): Promise<Cost> => {
  const { words: pool, ...images } = await poolOf(flags);
  const hourPrice = priceOf(flags);
  const assumptions: Assumptions = {
    ...images,
    imagesPerSecond: flags.rate,
    jobStartSeconds: JOB_START_SECONDS,
    fixedJobHours: flags.fixedHours,
    retryShare: RETRY_SHARE,
    hourPrice,
    spotShare: flags.spotShare,
    onDemandShare: ON_DEMAND_SHARE,
    jobsAtOnce: flags.jobs,
    machineStartMinutes: MACHINE_START_MINUTES,
    diskGigabytes: DISK_GIGABYTES,
  };
  const measured = 'measured on one thread of a CPU; no GPU was measured, so give your own where you have it';
  const words = [
    `${pool}; about ${count(images.imagesPerShard)} a shard`,
    `${count(flags.rate)} images a second and mining job${flags.rate === MEASURED_RATE ? ` (--rate), ${measured}` : ', as given'}`,
    `${flags.fixedHours} job hours for all other stages (--fixed-hours)${flags.fixedHours === MEASURED_FIXED_HOURS ? `, preset standard, ${measured}` : ''}`,
    `${JOB_START_SECONDS} s for a mining job to start, ${MACHINE_START_MINUTES} min for a machine, ${100 * RETRY_SHARE} % of the work done twice (assumed)`,
    `${flags.jobs} jobs at once (--jobs), one a machine: maxvCpus 64 and 4 vCPUs a job are the defaults of the stack`,
    `${flags.instance} at $${hourPrice} an hour (--instance, --hour-price); ${100 * (1 - ON_DEMAND_SHARE)} % of the work on Spot at ${Math.round(100 * flags.spotShare)} % of that (--spot-share, assumed)`,
    'list prices of us-east-1 as published in 2025; no free tier, no taxes, no data leaving AWS, nothing for storing the pool itself',
  ];
  return { assumptions, estimate: estimateRun(assumptions), words };
};

interface Pool {
  readonly images: number;
  readonly imagesPerShard: number;
  readonly singleObjects: boolean;
  readonly words: string;
}

async function poolOf({ pool, images }: CostFlags): Promise<Pool> {
  if (pool !== undefined) return lookAt(pool, images);
  const imagesPerShard = resolveConfig('standard').mining.shardSize;
  const given = images ?? PAPER_POOL;
  const source = images === undefined ? ', the pool of arXiv 2005.08551' : ', as given';
  return { images: given, imagesPerShard, singleObjects: false, words: `${count(given)} images${source}, in tars` };
}

/** Counts a pool by listing it. What a tar holds is not known without reading it, so its images must be given. */
async function lookAt(uri: string, images: number | undefined): Promise<Pool> {
  const { shardSize } = resolveConfig('standard').mining;
  const { parts, shards } = await countOf(uri, shardSize);
  const containers = [...parts].flatMap(([{ holdsMany, unit }, n]) => (holdsMany ? [`${count(n)} ${unit}`] : []));
  if (containers.length === 0) {
    const listed = [...parts.values()].reduce((sum, n) => sum + n, 0);
    const words = `${count(listed)} images, as listed in ${uri}`;
    return { images: listed, imagesPerShard: shardSize, singleObjects: true, words };
  }
  const held = containers.join(' and ');
  if (images === undefined) {
    throw new ConfigError(`--pool: ${uri} holds ${held}; say with --images how many images are in them.`);
  }
  const words = `${count(images)} images as given, in ${held} as listed in ${uri}`;
  return { images, imagesPerShard: Math.max(1, images / shards), singleObjects: false, words };
}

async function countOf(uri: string, shardSize: number): Promise<PoolCount> {
  try {
    return await countPool(await openPool(uri), shardSize);
  } catch (error) {
    throw inField('--pool', error);
  }
}

function priceOf({ instance, hourPrice }: CostFlags): number {
  const price = hourPrice ?? PRICES.instanceHour[instance];
  if (price !== undefined) return price;
  throw new ConfigError(
    `--instance: the price of ${instance} is not known here. Give it with --hour-price, or take one of ` +
      `${Object.keys(PRICES.instanceHour).join(', ')}.`,
  );
}
