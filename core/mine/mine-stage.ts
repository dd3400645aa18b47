import { labelledSetFile } from '../artifacts/inputs.ts';
import { modelFiles, readModel } from '../artifacts/model.ts';
import { shardManifestFile } from '../artifacts/run.ts';
import { shardFiles } from '../artifacts/shard.ts';
import type { Plan } from '../contracts/plan.ts';
import { predictor } from '../nets/predictor.ts';
import type { Log, StageRun } from '../run/stage.ts';
import type { Store } from '../store/store.ts';
import { type Miner, mineShard, type ShardResult } from './mine-shard.ts';
import { duplicateFinder } from './near-duplicates.ts';
import { startReader } from './reader/reader-thread.ts';
import { loadScore } from './score.ts';

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
    miner.model.dispose();
    miner.duplicates.dispose();
    const { candidates, pixels, cut, rejected, histogram, read, seconds } = result;
    const files = shardFiles(runId, round, shard);
    await files.candidates.write(store, { score: config.mining.score, rows: candidates });
    await files.images.write(store, { ...image, count: candidates.length, pixels });
    await files.rejections.write(store, rejected.listed);
    await files.histogram.write(store, { counts: histogram });
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

/** The first seed's net mines; the others exist to tell what is chance. */
const MINER_SEED = 0;

async function loadMiner(store: Store, plan: Plan, round: number): Promise<Miner> {
  const { runId, config } = plan;
  const role = round === 0 ? 'primitive' : 'student';
  const labelled = await labelledSetFile(runId).read(store);
  const { card } = await readModel(store, plan, 'calibration', MINER_SEED, 0);
  const { weights } = await readModel(store, plan, role, MINER_SEED, round - 1);
  return {
    model: predictor(weights, config.mining.batch),
    duplicates: duplicateFinder(labelled, config.mining.nearDuplicate),
    prototypes: await modelFiles(runId, role, MINER_SEED, round - 1).prototypes.read(store),
    temperature: card.calibration?.temperature ?? 1,
    score: await loadScore(config.mining.score),
  };
}

function sayWhatIsMissing({ candidates, cut, rejected }: ShardResult, log: Log): void {
  if (cut > 0) {
    const limit = `${candidates.length} candidates (mining.maxCandidatesPerShard, at most 96 MiB of images)`;
    log('warn', `The shard keeps ${limit}; ${cut} more had a place by mining.topFraction. Make smaller shards.`);
  }
  if (rejected.unlisted > 0) {
    const listed = `${rejected.listed.length} of ${rejected.listed.length + rejected.unlisted}`;
    log('warn', `rejected.parquet lists ${listed} rejections; all of them are counted.`);
  }
}
