import { readGate } from '../artifacts/gate.ts';
import { labelledSetFile } from '../artifacts/inputs.ts';
import { crossFittedLogits, modelFiles, readFolds, readModel } from '../artifacts/model.ts';
import { shardManifestFile } from '../artifacts/run.ts';
import { shardFiles } from '../artifacts/shard.ts';
import { type Plan, teacherRole } from '../contracts/plan.ts';
import { predictor } from '../nets/predictor.ts';
import type { Log, StageRun } from '../run/stage.ts';
import { fitTemperature } from '../statistics/temperature.ts';
import type { Store } from '../store/store.ts';
import { type Miner, type MinerNet, mineShard, type ShardResult } from './mine-shard.ts';
import { duplicateFinder } from './near-duplicates.ts';
import { startReader } from './reader/reader-thread.ts';
import { loadScore } from './score.ts';
import { chanceOf } from './score-chance.ts';

/** Decodes, embeds and scores one shard of the pool. */
export const runMine: StageRun<'mine'> = async ({ store, plan, report, log }, { round, shard }) => {
  const { config, runId } = plan;
  const { image, limits } = config;
  const manifest = await shardManifestFile(runId, shard).read(store);
  // The first images are decoded while the net is being loaded.
  const reader = startReader({ manifest, image, limits, batch: config.mining.batch });
  try {
    const miner = await loadMiner(store, plan, round);
    const result = await mineShard(reader.batches, shard, config, miner, (read) => report(read, null));
    for (const { model } of miner.nets) model.dispose();
    miner.duplicates.dispose();
    const { candidates, pixels, cut, rejected, histogram, read, seconds } = result;
    const files = shardFiles(runId, round, shard);
    await files.candidates.write(store, { score: config.mining.score, rows: candidates });
    await files.images.write(store, { ...image, count: candidates.length, pixels });
    await files.rejections.write(store, rejected.listed);
    await files.histogram.write(store, histogram);
    sayWhatIsMissing(result, log);
    const counts = {
      read,
      candidates: candidates.length,
      candidatesCut: cut,
      rejectionsUnlisted: rejected.unlisted,
      waitSeconds: seconds.waiting,
      computeSeconds: seconds.computing,
    };
    return { counts, rejected: rejected.counts };
  } finally {
    await reader.stop();
  }
};

async function loadMiner(store: Store, plan: Plan, round: number): Promise<Miner> {
  const { runId, config, classes } = plan;
  const role = round === 0 ? 'primitive' : teacherRole(config);
  const labelled = await labelledSetFile(runId).read(store);
  const folds = await readFolds(store, plan);
  const temperature = fitTemperature(
    crossFittedLogits(folds, labelled.count, classes.length),
    labelled.labels,
    classes.length,
  );
  const score = await loadScore(config.mining.score);
  const seeds = Array.from({ length: Math.min(config.mining.nets, config.seeds) }, (_, seed) => seed);
  const readNet = async (seed: number): Promise<MinerNet> => {
    const { weights } = await readModel(store, plan, role, seed, round - 1);
    const prototypes = await modelFiles(runId, role, seed, round - 1).prototypes.read(store);
    return { model: predictor(weights, config.mining.batch), prototypes };
  };
  return {
    nets: await Promise.all(seeds.map(readNet)),
    classes: classes.length,
    duplicates: duplicateFinder(labelled, config.mining.nearDuplicate),
    gate: await readGate(store, plan),
    temperature,
    score,
    chance: chanceOf(folds, labelled.labels, temperature, score),
  };
}

function sayWhatIsMissing({ candidates, cut, rejected }: ShardResult, log: Log): void {
  if (cut > 0) {
    const limit = `${candidates.length} candidates (mining.maxCandidatesPerShard, at most 96 MiB of images)`;
    log('warn', `The shard keeps ${limit}; ${cut} more were scored. Make smaller shards.`);
  }
  if (rejected.unlisted > 0) {
    const listed = `${rejected.listed.length} of ${rejected.listed.length + rejected.unlisted}`;
    log('warn', `rejected.parquet lists ${listed} rejections; all of them are counted.`);
  }
}
