import { drawsOf, type RunConfig, releasedSets, setsOf } from '../../core/contracts/config.ts';
import type { Method } from '../../core/contracts/methods.ts';
import { resolveConfig } from '../../core/contracts/presets.ts';
import { ConfigError, inField } from '../../core/errors.ts';
import { type DividedPool, dividePool } from '../../core/plan/list-pool.ts';
import { openPool } from '../../core/plan/pool-objects.ts';
import { grownShards } from '../../core/plan/pool-shards.ts';

import { count, percent } from '../../core/text/format.ts';
import { type Assumptions, type Estimate, estimateRun, PAPER_POOL } from './estimate.ts';
import { INSTANCE, PRICES, SPOT_SHARE, WORST } from './prices.ts';

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
  /** Gigabytes of the pool that lie in another Region. */
  readonly otherRegionGb: number;
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
  otherRegionGb: 0,
} as const;

const ON_DEMAND_SHARE = 0.05;
const RETRY_SHARE = 0.1;
const JOB_START_SECONDS = 15;
const MACHINE_START_MINUTES = 5;
const DISK_GIGABYTES = 100;
/** What a pool like the paper's gave; a run finds out by itself how much it mines. */
const MINED_SHARE = 0.2;
/** Of the stack, and a day for versions that were written over. */
const SCRATCH_DAYS = 31;

/** An estimate and everything that it rests on, as `--json` prints it. */
export interface Cost {
  readonly assumptions: Assumptions;
  readonly estimate: Estimate;
  /** Dollars that the stack's default settings do not exceed for machines, whatever happens. */
  readonly worst: number;
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
  const assumptions = assumptionsOf(resolveConfig('standard'), { ...flags, ...images, hourPrice });
  const measured =
    'measured on one thread of a CPU; no mining job was measured on a GPU, so give your own where you have it';
  const { machines, instance, hours } = WORST;
  const words = [
    `${pool}, in ${count(images.shards)} shards; ${percent(MINED_SHARE, 0)} of them are mined`,
    `${count(flags.rate)} images a second and mining job${flags.rate === MEASURED_RATE ? ` (--rate), ${measured}` : ', as given'}`,
    `${flags.fixedHours} job hours for what grows with neither (--fixed-hours)${flags.fixedHours === MEASURED_FIXED_HOURS ? `, preset standard, ${measured}` : ''}`,
    `${assumptions.readers} jobs that read the whole mined set, ${assumptions.embedders} that embed it`,
    `${JOB_START_SECONDS} s for a mining job to start, ${MACHINE_START_MINUTES} min for a machine, ${100 * RETRY_SHARE} % of the work done twice (assumed)`,
    `${flags.jobs} jobs at once (--jobs), one a machine: maxvCpus 64 and 4 vCPUs a job are the defaults of the stack`,
    `${flags.instance} at $${hourPrice} an hour (--instance, --hour-price); ${100 * (1 - ON_DEMAND_SHARE)} % of the work on Spot at ${Math.round(100 * flags.spotShare)} % of that (--spot-share, assumed). Spot starts what is least likely to be taken away, which may be ${instance} at $${PRICES.instanceHour[instance]}`,
    flags.otherRegionGb === 0
      ? `the pool lies in the stack's Region (--other-region-gb): from another one a GB costs $${PRICES.otherRegionGigabyte} or more`
      : `${count(flags.otherRegionGb)} GB of the pool come from another Region, at $${PRICES.otherRegionGigabyte} a GB`,
    'list prices of us-east-1 as published in 2025; no free tier, no taxes, no data leaving AWS, nothing for storing the pool itself',
    `not more than ${machines} machines for ${hours} h: those of both queues (maxvCpus) and runTimeoutHours, by the stack's defaults`,
  ];
  const worst = machines * hours * PRICES.instanceHour[instance]!;
  return { assumptions, estimate: estimateRun(assumptions), worst, words };
};

/** What is assumed of a run with these settings. */
export const assumptionsOf = (
  config: RunConfig,
  given: Pick<Assumptions, 'images' | 'shards' | 'singleObjects' | 'hourPrice'> &
    Pick<CostFlags, 'rate' | 'fixedHours' | 'spotShare' | 'jobs' | 'otherRegionGb'>,
): Assumptions => {
  const sets = setsOf(config).flatMap((spec) => drawsOf(config, spec));
  const students = config.seeds;
  // `boost/mined` and `boost/mined-soft`.
  const arms = 2;
  return {
    images: given.images,
    shards: given.shards,
    minedShare: typeof config.mining.topFraction === 'number' ? config.mining.topFraction : MINED_SHARE,
    imagesPerSecond: given.rate,
    nets: config.mining.nets,
    jobStartSeconds: JOB_START_SECONDS,
    fixedJobHours: given.fixedHours,
    readers: students + config.distill.matching.nets + sets.length + releasedSets(config).length + arms,
    embedders: sets.filter(({ method }) => EMBEDDING.includes(method)).length,
    imageBytes: config.image.size ** 2 * config.image.channels,
    retryShare: RETRY_SHARE,
    hourPrice: given.hourPrice,
    spotShare: given.spotShare,
    onDemandShare: ON_DEMAND_SHARE,
    jobsAtOnce: given.jobs,
    machineStartMinutes: MACHINE_START_MINUTES,
    diskGigabytes: DISK_GIGABYTES,
    singleObjects: given.singleObjects,
    otherRegionGigabytes: given.otherRegionGb,
    scratchDays: SCRATCH_DAYS,
  };
};

/** Methods that look at every mined image. */
const EMBEDDING: readonly Method[] = ['herding', 'k-center', 'selection', 'labels', 'unrolled'];

interface Pool {
  readonly images: number;
  readonly shards: number;
  readonly singleObjects: boolean;
  readonly words: string;
}

async function poolOf({ pool, images }: CostFlags): Promise<Pool> {
  if (pool !== undefined) return lookAt(pool, images);
  const { shardSize } = resolveConfig('standard').mining;
  const given = images ?? PAPER_POOL;
  const source = images === undefined ? ', the pool of arXiv 2005.08551' : ', as given';
  const words = `${count(given)} images${source}, in tars of about ${count(shardSize)}`;
  return { images: given, shards: grownShards(Math.ceil(given / shardSize)), singleObjects: false, words };
}

/** Counts a pool by listing it. What a tar holds is not known without reading it, so its images must be given. */
async function lookAt(uri: string, images: number | undefined): Promise<Pool> {
  const { shardSize } = resolveConfig('standard').mining;
  const { shardCount, count: counted } = await divided(uri, shardSize);
  const { parts } = counted;
  const containers = [...parts].flatMap(([{ holdsMany, unit }, n]) => (holdsMany ? [`${count(n)} ${unit}`] : []));
  if (containers.length === 0) {
    const listed = [...parts.values()].reduce((sum, n) => sum + n, 0);
    const words = `${count(listed)} images, as listed in ${uri}`;
    return { images: listed, shards: shardCount, singleObjects: true, words };
  }
  const held = containers.join(' and ');
  if (images === undefined) {
    throw new ConfigError(`--pool: ${uri} holds ${held}; say with --images how many images are in them.`);
  }
  const words = `${count(images)} images as given, in ${held} as listed in ${uri}`;
  return { images, shards: shardCount, singleObjects: false, words };
}

/** As Plan would divide it, for nobody to read. */
async function divided(uri: string, shardSize: number): Promise<DividedPool> {
  const field = '--pool';
  const place = await openPool(uri).catch((error: unknown) => {
    throw inField(field, error);
  });
  return dividePool(place, shardSize, async () => undefined, { field });
}

/** Dollars an hour on demand. @throws ConfigError for an instance whose price is not known */
export function priceOf({ instance, hourPrice }: CostFlags): number {
  const price = hourPrice ?? PRICES.instanceHour[instance];
  if (price !== undefined) return price;
  throw new ConfigError(
    `--instance: the price of ${instance} is not known here. Give it with --hour-price, or take one of ` +
      `${Object.keys(PRICES.instanceHour).join(', ')}.`,
  );
}
