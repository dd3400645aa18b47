import type { z } from 'zod';
import { benchmarkFile } from '../artifacts/inputs.ts';
import { rejectionsFile, statsFile } from '../artifacts/job.ts';
import { minedFile, minedSummaryFile } from '../artifacts/mined.ts';
import { planFile } from '../artifacts/run.ts';
import { type ShardFiles, shardFiles } from '../artifacts/shard.ts';
import { minedFolder } from '../contracts/keys.ts';
import type { AggregateOutput, MinedSummary } from '../contracts/mined.ts';
import { binOf, MINING_SCORES, type ScoreRange } from '../contracts/mining-scores.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Rejection, RejectionCounts } from '../contracts/rejections.ts';
import { FUNCTIONS } from '../contracts/stages.ts';
import { addCounts, countByReason } from '../data/rejections.ts';
import { DataError } from '../errors.ts';
import { mapInOrder } from '../map-in-order.ts';
import { measured, type Outcome, once } from '../run/once.ts';
import type { Store } from '../store/store.ts';
import { lowestBin, type Selection, type ShardCandidates, selectMined, wantedOf } from './select-mined.ts';

/** Four objects of each of 40,000 shards, at 50 ms an object, must fit into the 15 minutes of a function: four of them. */
const SHARDS_AT_ONCE = 32;
/** An error's cause may have 32,768 characters; where there are more shards, their `error.json` tells. */
const NAMED_SHARDS = 50;
const LONGEST_REASON = 300;

/**
 * Makes a round's mined set out of what its shards kept, and says whether there is another round. Done once: a second
 * call finds its stats and only answers.
 * @throws DataError when too many shards failed
 */
export const aggregateRound = async (store: Store, runId: string, round: number): Promise<AggregateOutput> => {
  const plan = await planFile(runId).read(store);
  const { folder, counts } = FUNCTIONS.aggregate.stats;
  const marker = statsFile(folder(runId, round), counts);
  await once(store, marker, () => measured('aggregate', () => aggregate(store, plan, round)));
  return { again: round + 1 < plan.config.mining.rounds, nextRound: round + 1 };
};

type FailedShard = MinedSummary['failedShards'][number];
type FinishedShard = Omit<ShardCandidates, 'candidates'> & {
  /** Of all that was left out: a shard lists no more than its first ones. */
  readonly rejectedCounts: RejectionCounts;
};

async function aggregate(
  store: Store,
  plan: Plan,
  round: number,
): Promise<Outcome<z.infer<typeof FUNCTIONS.aggregate.stats.counts>>> {
  const { runId, classes, shardCount } = plan;
  const filesOf = (shard: number): ShardFiles => shardFiles(runId, round, shard);
  const finished: FinishedShard[] = [];
  const failedShards: FailedShard[] = [];
  const shards = Array.from({ length: shardCount }, (_, shard) => shard);
  const readStats = (shard: number) => readShardStats(store, filesOf(shard), shard);
  for await (const output of mapInOrder(shards, SHARDS_AT_ONCE, readStats)) {
    if ('error' in output) failedShards.push(output);
    else finished.push(output);
  }
  checkFailures(plan, failedShards);

  const forbidden = await benchmarkHashes(store, plan);
  const { mining } = plan.config;
  const { mined, rejected, ...selection } = await select(store, filesOf, finished, mining, forbidden);
  const summary: MinedSummary = {
    round,
    score: { name: mining.score, range: [...MINING_SCORES[mining.score].range] },
    ...selection,
    failedShards,
    mined: mined.length,
    byClass: Object.fromEntries(
      classes.map((name, label) => [name, mined.filter((row) => row.label === label).length]),
    ),
    expectedPrecision: mined.reduce((sum, { probability }) => sum + probability, 0) / Math.max(mined.length, 1),
  };
  const all: Rejection[] = [];
  const readRejected = ({ shard }: FinishedShard) => filesOf(shard).rejections.read(store);
  for await (const listed of mapInOrder(finished, SHARDS_AT_ONCE, readRejected))
    for (const one of listed) all.push(one);
  all.push(...rejected);
  await minedFile(runId, round).write(store, { score: mining.score, rows: mined });
  await rejectionsFile(minedFolder(runId, round)).write(store, all);
  await minedSummaryFile(runId, round).write(store, summary);
  const rejectedCounts: RejectionCounts = {};
  for (const shard of finished) addCounts(rejectedCounts, shard.rejectedCounts);
  addCounts(rejectedCounts, countByReason(rejected));
  return {
    counts: { read: selection.poolImages, mined: mined.length, failedShards: failedShards.length },
    rejected: rejectedCounts,
  };
}

/** A shard without stats failed; the worker's last words tell why, unless it was killed before it could speak. */
async function readShardStats(store: Store, files: ShardFiles, shard: number): Promise<FinishedShard | FailedShard> {
  const stats = await files.stats.find(store);
  if (stats === undefined) {
    const error = await files.error.find(store);
    return { shard, error: error ?? { name: 'NoOutput', message: 'the job ended without a word', exitCode: -1 } };
  }
  return {
    shard,
    read: stats.counts.read,
    rejectedCounts: stats.rejected,
    histogram: (await files.histogram.read(store)).counts,
  };
}

/** @throws DataError when more shards failed than the run tolerates, naming each with its reason */
function checkFailures(plan: Plan, failed: readonly FailedShard[]): void {
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
}

async function benchmarkHashes(store: Store, plan: Plan): Promise<Set<string>> {
  const names = Object.keys(plan.benchmarks);
  const hashes = await Promise.all(
    names.map(async (name) => (await benchmarkFile(plan.runId, name).read(store)).sha256),
  );
  return new Set(hashes.flat());
}

/** The selection of all candidates, made of as few of them as will do. */
async function select(
  store: Store,
  filesOf: (shard: number) => ShardFiles,
  finished: readonly FinishedShard[],
  { topFraction, score }: Plan['config']['mining'],
  forbidden: ReadonlySet<string>,
): Promise<Selection> {
  const { range } = MINING_SCORES[score];
  const wanted = wantedOf(finished, topFraction);
  const fromBin = lowestBin(
    finished.map(({ histogram }) => histogram),
    wanted,
  );
  const few = selectMined(
    await readCandidates(store, filesOf, finished, range, fromBin),
    topFraction,
    range,
    forbidden,
  );
  if (few.mined.length === wanted || fromBin === 0) return few;
  return selectMined(await readCandidates(store, filesOf, finished, range, 0), topFraction, range, forbidden);
}

/** What is in memory of all shards at once, so only what may be mined. */
async function readCandidates(
  store: Store,
  filesOf: (shard: number) => ShardFiles,
  finished: readonly FinishedShard[],
  range: ScoreRange,
  fromBin: number,
): Promise<ShardCandidates[]> {
  const read = async (shard: FinishedShard): Promise<ShardCandidates> => {
    const all = await filesOf(shard.shard).candidates.read(store);
    return { ...shard, candidates: all.filter(({ score }) => binOf(score, range) >= fromBin) };
  };
  const shards: ShardCandidates[] = [];
  for await (const shard of mapInOrder(finished, SHARDS_AT_ONCE, read)) shards.push(shard);
  return shards;
}
