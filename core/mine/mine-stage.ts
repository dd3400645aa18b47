import { modelFolder, shardFolder, shardManifestKey } from '../contracts/keys.ts';
import { type Plan, ShardManifest } from '../contracts/plan.ts';
import { encodeCandidates, encodeRejections } from '../format/parquet.ts';
import { decodeSafetensors, encodeSafetensors } from '../format/safetensors.ts';
import { predictor } from '../nets/predictor.ts';
import { readLabelledSet, readModel } from '../run/inputs.ts';
import type { Job, Log } from '../run/stage.ts';
import { getObject } from '../store/get-object.ts';
import { readJson, writeJson } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { type Miner, mineShard, type ShardResult } from './mine-shard.ts';
import { duplicateFinder } from './near-duplicates.ts';
import { prototypesFromTensors } from './prototypes.ts';
import { startReader } from './reader/reader-thread.ts';
import { loadScore } from './score.ts';

/** The first seed's net mines; the others exist to tell what is chance. */
const MINER_SEED = 0;

const loadMiner = async (store: Store, plan: Plan, round: number): Promise<Miner> => {
  const { runId, config } = plan;
  const role = round === 0 ? 'primitive' : 'student';
  const labelled = await readLabelledSet(store, runId);
  const { card } = await readModel(store, plan, 'calibration', MINER_SEED, 0);
  const { weights } = await readModel(store, plan, role, MINER_SEED, round - 1);
  const prototypesKey = `${modelFolder(runId, role, MINER_SEED, round - 1)}/prototypes.safetensors`;
  return {
    model: predictor(weights, config.mining.batch),
    duplicates: duplicateFinder(labelled.pixels, config.image, config.mining.nearDuplicate),
    prototypes: prototypesFromTensors(decodeSafetensors(await getObject(store, prototypesKey)).tensors),
    temperature: card.calibration?.temperature ?? 1,
    score: await loadScore(config.mining.score),
  };
};

const writeShard = async (
  store: Store,
  folder: string,
  { candidates, pixels, rejected, histogram }: ShardResult,
  { image: { size, channels }, mining }: Plan['config'],
): Promise<void> => {
  await store.put(`${folder}/candidates.parquet`, encodeCandidates(candidates, mining.score));
  await store.put(
    `${folder}/candidates.safetensors`,
    encodeSafetensors({ pixels: { shape: [candidates.length, size, size, channels], data: pixels } }),
  );
  await store.put(`${folder}/rejected.parquet`, encodeRejections(rejected.listed));
  await writeJson(store, `${folder}/histogram.json`, { counts: histogram });
};

const sayWhatIsMissing = ({ candidates, cut, rejected }: ShardResult, log: Log): void => {
  if (cut > 0) {
    const limit = `${candidates.length} candidates (mining.maxCandidatesPerShard, at most 96 MiB of images)`;
    log('warn', `The shard keeps ${limit}; ${cut} more had a place by mining.topFraction. Make smaller shards.`);
  }
  if (rejected.unlisted > 0) {
    const listed = `${rejected.listed.length} of ${rejected.listed.length + rejected.unlisted}`;
    log('warn', `rejected.parquet lists ${listed} rejections; all of them are counted.`);
  }
};

/** Decodes, embeds and scores one shard of the pool. */
export const mine: Job<'mine'> = {
  unit: 'images',
  needsBackend: true,
  resumes: false,
  folder: ({ runId }, { OMNIDISTILL_ROUND, OMNIDISTILL_SHARD }) =>
    shardFolder(runId, OMNIDISTILL_ROUND, OMNIDISTILL_SHARD),

  run: async ({ store, plan, environment, folder, report, log }) => {
    const [round, shard] = [environment.OMNIDISTILL_ROUND, environment.OMNIDISTILL_SHARD];
    const { config, runId } = plan;
    const { image, limits } = config;
    const manifest = await readJson(store, shardManifestKey(runId, shard), ShardManifest);
    // The first images are decoded while the net is being loaded.
    const reader = startReader({ manifest, image, limits, batch: config.mining.batch });
    try {
      const miner = await loadMiner(store, plan, round);
      const result = await mineShard(reader.batches, shard, config, miner, (read) => report(read, null));
      miner.model.dispose();
      miner.duplicates.dispose();
      await writeShard(store, folder, result, config);
      sayWhatIsMissing(result, log);
      const { candidates, cut, rejected, read, seconds } = result;
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
  },
};
