import { benchmarkKey, errorKey, minedFolder, planKey, shardFolder, statsKey } from '../contracts/keys.ts';
import { type AggregateOutput, Histogram, type MinedSummary } from '../contracts/mined.ts';
import { binOf, MINING_SCORES, type ScoreRange } from '../contracts/mining-scores.ts';
import { Plan } from '../contracts/plan.ts';
import { JobError, JobStats, type Rejection } from '../contracts/stats.ts';
import { decodeImageSet } from '../data/image-set.ts';
import { addCounts, countByReason, type RejectionCounts } from '../data/rejections.ts';
import { DataError } from '../errors.ts';
import { decodeCandidates, decodeRejections, encodeMined, encodeRejections } from '../format/parquet.ts';
import { mapInOrder } from '../run/map-in-order.ts';
import { getObject } from '../store/get-object.ts';
import { findJson, readJson, writeJson } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { lowestBin, type Selection, type ShardCandidates, selectMined, wantedOf } from './select-mined.ts';

/** Four objects of each of 40,000 shards, at 50 ms an object, must fit into the 15 minutes of a function: four of them. */
const SHARDS_AT_ONCE = 32;
/** An error's cause may have 32,768 characters; where there are more shards, their `error.json` tells. */
const NAMED_SHARDS = 50;
const LONGEST_REASON = 300;

type FailedShard = MinedSummary['failedShards'][number];
type FinishedShard = Omit<ShardCandidates, 'candidates'> & {
  /** Of all that was left out: a shard lists no more than its first ones. */
  readonly rejectedCounts: RejectionCounts;
};

/** A shard without stats failed; the worker's last words tell why, unless it was killed before it could speak. */
const readShardStats = async (
  store: Store,
  plan: Plan,
  round: number,
  shard: number,
): Promise<FinishedShard | FailedShard> => {
  const folder = shardFolder(plan.runId, round, shard);
  const stats = await findJson(store, statsKey(folder), JobStats);
  if (stats === undefined) {
    const error = await findJson(store, errorKey(folder), JobError);
    return { shard, error: error ?? { name: 'NoOutput', message: 'the job ended without a word', exitCode: -1 } };
  }
  return {
    shard,
    read: stats.counts.read ?? 0,
    rejectedCounts: stats.rejected,
    histogram: (await readJson(store, `${folder}/histogram.json`, Histogram)).counts,
  };
};

/** What is in memory of all shards at once, so only what may be mined. */
const readCandidates = async (
  store: Store,
  folderOf: (shard: number) => string,
  finished: readonly FinishedShard[],
  range: ScoreRange,
  fromBin: number,
): Promise<ShardCandidates[]> => {
  const read = async (shard: FinishedShard): Promise<ShardCandidates> => {
    const all = await decodeCandidates(await getObject(store, `${folderOf(shard.shard)}/candidates.parquet`));
    return { ...shard, candidates: all.filter(({ score }) => binOf(score, range) >= fromBin) };
  };
  const shards: ShardCandidates[] = [];
  for await (const shard of mapInOrder(finished, SHARDS_AT_ONCE, read)) shards.push(shard);
  return shards;
};

/** The selection of all candidates, made of as few of them as will do. */
const select = async (
  store: Store,
  folderOf: (shard: number) => string,
  finished: readonly FinishedShard[],
  { topFraction, score }: Plan['config']['mining'],
  forbidden: ReadonlySet<string>,
): Promise<Selection> => {
  const { range } = MINING_SCORES[score];
  const wanted = wantedOf(finished, topFraction);
  const fromBin = lowestBin(
    finished.map(({ histogram }) => histogram),
    wanted,
  );
  const few = selectMined(
    await readCandidates(store, folderOf, finished, range, fromBin),
    topFraction,
    range,
    forbidden,
  );
  if (few.mined.length === wanted || fromBin === 0) return few;
  return selectMined(await readCandidates(store, folderOf, finished, range, 0), topFraction, range, forbidden);
};

const benchmarkHashes = async (store: Store, plan: Plan): Promise<Set<string>> => {
  const names = Object.keys(plan.benchmarks);
  const sets = await Promise.all(names.map((name) => getObject(store, benchmarkKey(plan.runId, name))));
  return new Set(sets.flatMap((bytes) => decodeImageSet(bytes).sha256));
};

/** @throws DataError when more shards failed than the run tolerates, naming each with its reason */
const checkFailures = (plan: Plan, failed: readonly FailedShard[]): void => {
  const allowed = Math.floor(plan.config.mining.maxFailedShards * plan.shardCount);
  if (failed.length <= allowed && failed.length < plan.shardCount) return;
  const reasons = failed
    .slice(0, NAMED_SHARDS)
    .map(({ shard, error }) => `shard ${shard}: ${`${error.name}: ${error.message}`.slice(0, LONGEST_REASON)}`);
  const more = failed.length - reasons.length;
  const unnamed = more > 0 ? `; and ${more} more, each with its reason in error.json in its folder of the run` : '';
  throw new DataError(
    `${failed.length} of ${plan.shardCount} shards failed; ${allowed} may (mining.maxFailedShards). ` +
      `${reasons.join('; ')}${unnamed}`,
  );
};

/**
 * Makes a round's mined set out of what its shards kept, and says whether there is another round. Done once: a second
 * call finds its stats and only answers.
 * @throws DataError when too many shards failed
 */
export const aggregateRound = async (store: Store, runId: string, round: number): Promise<AggregateOutput> => {
  const start = performance.now();
  const plan = await readJson(store, planKey(runId), Plan);
  const answer: AggregateOutput = { again: round + 1 < plan.config.mining.rounds, nextRound: round + 1 };
  const folder = minedFolder(runId, round);
  if (await store.has(statsKey(folder))) return answer;

  const folderOf = (shard: number): string => shardFolder(runId, round, shard);
  const finished: FinishedShard[] = [];
  const failedShards: FailedShard[] = [];
  const shards = Array.from({ length: plan.shardCount }, (_, shard) => shard);
  const readStats = (shard: number) => readShardStats(store, plan, round, shard);
  for await (const output of mapInOrder(shards, SHARDS_AT_ONCE, readStats)) {
    if ('error' in output) failedShards.push(output);
    else finished.push(output);
  }
  checkFailures(plan, failedShards);

  const forbidden = await benchmarkHashes(store, plan);
  const { mining } = plan.config;
  const { mined, rejected, ...selection } = await select(store, folderOf, finished, mining, forbidden);
  const summary: MinedSummary = {
    round,
    score: { name: mining.score, range: [...MINING_SCORES[mining.score].range] },
    ...selection,
    failedShards,
    mined: mined.length,
    byClass: Object.fromEntries(
      plan.classes.map((name, label) => [name, mined.filter((row) => row.label === label).length]),
    ),
    expectedPrecision: mined.reduce((sum, { probability }) => sum + probability, 0) / Math.max(mined.length, 1),
  };
  const all: Rejection[] = [];
  const readRejected = async ({ shard }: FinishedShard) =>
    decodeRejections(await getObject(store, `${folderOf(shard)}/rejected.parquet`));
  for await (const listed of mapInOrder(finished, SHARDS_AT_ONCE, readRejected)) all.push(...listed);
  all.push(...rejected);
  await store.put(`${folder}/mined.parquet`, encodeMined(mined, mining.score));
  await store.put(`${folder}/rejected.parquet`, encodeRejections(all));
  await writeJson(store, `${folder}/summary.json`, summary);
  const counts: RejectionCounts = {};
  for (const shard of finished) addCounts(counts, shard.rejectedCounts);
  addCounts(counts, countByReason(rejected));
  const stats: JobStats = {
    job: 'aggregate',
    seconds: (performance.now() - start) / 1000,
    peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
    counts: { read: selection.poolImages, mined: mined.length, failedShards: failedShards.length },
    rejected: counts,
  };
  await writeJson(store, statsKey(folder), stats);
  return answer;
};
