import type { z } from 'zod';
import { duplicateCardsFile } from '../artifacts/copies.ts';
import { benchmarkFile } from '../artifacts/inputs.ts';
import { rejectionsFile, statsFile } from '../artifacts/job.ts';
import { minedFile, minedSummaryFile, poolSampleFile } from '../artifacts/mined.ts';
import { planFile } from '../artifacts/run.ts';
import { type ShardFiles, shardFiles } from '../artifacts/shard.ts';
import { minedFolder } from '../contracts/keys.ts';
import type { AggregateOutput, MinedRow, MinedSummary, ScoreHistogram } from '../contracts/mined.ts';
import { MINING_SCORES } from '../contracts/mining-scores.ts';
import { type Plan, toleratedShards } from '../contracts/plan.ts';
import type { RejectionCounts } from '../contracts/rejections.ts';
import { FUNCTIONS } from '../contracts/stages.ts';
import { thresholdAmong } from '../copies/threshold.ts';
import { addCounts, countByReason } from '../data/rejections.ts';
import { DataError } from '../errors.ts';
import { mapInOrder } from '../map-in-order.ts';
import { measured, type Outcome, once } from '../run/once.ts';
import type { Store } from '../store/store.ts';
import { readChance } from './chance.ts';
import { poolSampler } from './pool-sample.ts';
import { automaticFraction, poolTotalsBuilder, poolView } from './pool-view.ts';
import { type RejectionList, rejectionList } from './rejection-list.ts';
import { SHARDS_AT_ONCE, type ShardSummary, selectFromShards } from './select-from-shards.ts';

/** An error's cause may have 32,768 characters; where there are more shards, their `error.json` tells. */
const NAMED_SHARDS = 50;
const LONGEST_REASON = 300;

/**
 * Makes a round's mined set out of what its shards kept, and says whether there is another round. Done once: a second
 * call finds its stats and only answers.
 * @throws DataError when too many shards failed, or where nothing was mined
 */
export const aggregateRound = async (store: Store, runId: string, round: number): Promise<AggregateOutput> => {
  const plan = await planFile(runId).read(store);
  const { folder, counts } = FUNCTIONS.aggregate.stats;
  const marker = statsFile(folder(runId, round), counts);
  await once(store, marker, () => measured('aggregate', () => aggregate(store, plan, round)));
  return { again: round + 1 < plan.config.mining.rounds, nextRound: round + 1 };
};

type FailedShard = MinedSummary['failedShards'][number];
type FinishedShard = ShardSummary & {
  /** Of all that was left out: a shard lists no more than its first ones. */
  readonly rejectedCounts: RejectionCounts;
};
type ReadShard = Omit<FinishedShard, 'counts'> & { readonly histogram: ScoreHistogram };

async function aggregate(
  store: Store,
  plan: Plan,
  round: number,
): Promise<Outcome<z.infer<typeof FUNCTIONS.aggregate.stats.counts>>> {
  const { runId, classes, shardCount } = plan;
  const filesOf = (shard: number): ShardFiles => shardFiles(runId, round, shard);
  const finished: FinishedShard[] = [];
  const failedShards: FailedShard[] = [];
  const pool = poolTotalsBuilder(classes.length);
  const shards = Array.from({ length: shardCount }, (_, shard) => shard);
  const readStats = (shard: number) => readShardStats(store, filesOf(shard), shard);
  for await (const output of mapInOrder(shards, SHARDS_AT_ONCE, readStats)) {
    if ('error' in output) failedShards.push(output);
    else {
      const { histogram, ...shard } = output;
      pool.add(histogram);
      finished.push({ ...shard, counts: Uint32Array.from(histogram.counts) });
    }
  }
  checkFailures(plan, failedShards);

  const forbidden = await benchmarkHashes(store, plan);
  const { mining } = plan.config;
  const totals = pool.totals();
  const chance = await readChance(store, plan, round, totals);
  const view = poolView(totals, chance);
  const automatic = mining.topFraction === 'auto';
  const fraction = mining.topFraction === 'auto' ? automaticFraction(view) : mining.topFraction;
  const read = finished.reduce((sum, shard) => sum + shard.read, 0);
  const sampler = poolSampler(plan, round, view.images, forbidden);
  const wanted = Math.floor(fraction * (automatic ? view.images : read));
  const copyThreshold = await thresholdOfCopies(store, plan, view.images);
  const request = { wanted, view, chance, forbidden, look: sampler.add, copyThreshold };
  const { mined, rejected, ...chosen } = await selectFromShards(store, filesOf, finished, mining, request);
  const rejectedCounts: RejectionCounts = {};
  for (const shard of finished) addCounts(rejectedCounts, shard.rejectedCounts);
  addCounts(rejectedCounts, countByReason(rejected));
  if (mined.length === 0) throw nothingMined({ read, scored: view.images, fraction, automatic, rejectedCounts });
  const byClass = (count: (label: number) => number): Record<string, number> =>
    Object.fromEntries(classes.map((name, label) => [name, count(label)]));
  const summary: MinedSummary = {
    round,
    score: { name: mining.score, range: [...MINING_SCORES[mining.score].range] },
    selection: { name: mining.selection, fraction, automatic },
    poolImages: read,
    ...chosen,
    ...(copyThreshold !== undefined && { copyThreshold }),
    failedShards,
    mined: mined.length,
    byClass: byClass((label) => mined.filter((row) => row.label === label).length),
    drawnByClass: byClass((label) => drawn(mined.filter((row) => row.label === label)) / Math.max(drawn(mined), 1)),
    poolByClass: byClass((label) => view.byClass[label]!),
    expectedPoolError: view.expectedError,
    expectedPrecision: mined.reduce((sum, { probability }) => sum + probability, 0) / Math.max(mined.length, 1),
  };
  const listed = await listRejections(store, filesOf, finished);
  listed.add(rejected);
  await minedFile(runId, round).write(store, { score: mining.score, rows: mined });
  await poolSampleFile(runId, round).write(store, { score: mining.score, rows: sampler.sample });
  await rejectionsFile(minedFolder(runId, round)).write(store, listed.listed);
  await minedSummaryFile(runId, round).write(store, summary);
  return {
    counts: { read, mined: mined.length, failedShards: failedShards.length },
    rejected: rejectedCounts,
  };
}

/** What shards have left out; a shard that has nothing new to tell is not read. */
async function listRejections(
  store: Store,
  filesOf: (shard: number) => ShardFiles,
  finished: readonly FinishedShard[],
): Promise<RejectionList> {
  const list = rejectionList();
  function* telling(): Generator<FinishedShard> {
    for (const shard of finished) if (list.wants(shard.rejectedCounts)) yield shard;
  }
  const read = ({ shard }: FinishedShard) => filesOf(shard).rejections.read(store);
  for await (const rejections of mapInOrder(telling(), SHARDS_AT_ONCE, read)) list.add(rejections);
  return list;
}

/** Why there is nothing to go on with, by the numbers that a person needs to do something about it. */
function nothingMined(found: {
  readonly read: number;
  readonly scored: number;
  readonly fraction: number;
  readonly automatic: boolean;
  readonly rejectedCounts: RejectionCounts;
}): DataError {
  const { read, scored, fraction, automatic, rejectedCounts } = found;
  const reasons = Object.entries(rejectedCounts).map(([reason, images]) => `${reason} ${images}`);
  const share = `${automatic ? 'The part that was taken of them' : 'mining.topFraction'} is ${Number(fraction.toFixed(4))}`;
  return new DataError(
    `Nothing was mined: ${read} images of the pool could be read and ${scored} of them were scored` +
      `${reasons.length > 0 ? ` (left out: ${reasons.join(', ')})` : ''}. ${share}, which makes none. ` +
      'Give more images, or other ones; rejected.parquet of each shard names those that were left out.',
  );
}

/** How often training draws some rows, in proportion. */
function drawn(rows: readonly MinedRow[]): number {
  return rows.reduce((sum, { weight }) => sum + weight, 0);
}

/** A shard without stats failed; the worker's last words tell why, unless it was killed before it could speak. */
async function readShardStats(store: Store, files: ShardFiles, shard: number): Promise<ReadShard | FailedShard> {
  const stats = await files.stats.find(store);
  if (stats === undefined) {
    const error = await files.error.find(store);
    return { shard, error: error ?? { name: 'NoOutput', message: 'the job ended without a word', exitCode: -1 } };
  }
  return {
    shard,
    read: stats.counts.read,
    rejectedCounts: stats.rejected,
    histogram: await files.histogram.read(store),
  };
}

/** @throws DataError when more shards failed than the run tolerates, naming each with its reason */
function checkFailures(plan: Plan, failed: readonly FailedShard[]): void {
  const allowed = toleratedShards(plan);
  if (failed.length <= allowed) return;
  const reasons = failed
    .slice(0, NAMED_SHARDS)
    .map(({ shard, error }) => `shard ${shard}: ${`${error.name}: ${error.message}`.slice(0, LONGEST_REASON)}`);
  const more = failed.length - reasons.length;
  const unnamed = more > 0 ? `; and ${more} more, each with its reason in error.json in its folder of the run` : '';
  throw new DataError(
    `${failed.length} of ${plan.shardCount} shards failed; ${allowed} may (mining.maxFailedShards). ` +
      `${reasons.join('; ')}${unnamed}`,
  );
}

/** A preview that is most of the pool shows its copies, and they are no measure of how alike other images are. */
const LARGE_POOL = 4;

/** By what the pool's preview, or else the labelled set, tells of how alike images are that are no copies. */
async function thresholdOfCopies(store: Store, { runId }: Plan, images: number): Promise<number | undefined> {
  const cards = await duplicateCardsFile(runId).find(store);
  if (cards === undefined) return undefined;
  const { labelled, pool } = cards;
  return thresholdAmong(images >= LARGE_POOL * pool.references ? pool : labelled, images);
}

async function benchmarkHashes(store: Store, plan: Plan): Promise<Set<string>> {
  const names = Object.keys(plan.benchmarks);
  const hashes = await Promise.all(
    names.map(async (name) => (await benchmarkFile(plan.runId, name).read(store)).sha256),
  );
  return new Set(hashes.flat());
}
