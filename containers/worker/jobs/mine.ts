import { modelFolder, shardFolder, shardManifestKey } from '../../../core/contracts/keys.ts';
import { ShardManifest } from '../../../core/contracts/plan.ts';
import { encodeCandidates, encodeRejections } from '../../../core/format/parquet.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../core/format/safetensors.ts';
import { mineShard } from '../../../core/mining/mine-shard.ts';
import { duplicateFinder } from '../../../core/mining/near-duplicates.ts';
import { prototypesFromTensors } from '../../../core/mining/prototypes.ts';
import { predictor } from '../../../core/nets/predictor.ts';
import { countByReason } from '../../../core/pool/rejections.ts';
import { readShard } from '../../../core/pool/shard.ts';
import { getObject } from '../../../core/store/get-object.ts';
import { readJson, writeJson } from '../../../core/store/json.ts';
import { readLabelledSet, readModel } from '../inputs.ts';
import type { Job } from '../job.ts';

/** The first seed's net mines; the others exist to tell what is chance. */
const MINER_SEED = 0;

/** Decodes, embeds and scores one shard of the pool. */
export const mine: Job<'mine'> = {
  unit: 'images',
  needsBackend: true,
  folder: ({ runId }, { OMNIDISTILL_ROUND, OMNIDISTILL_SHARD }) =>
    shardFolder(runId, OMNIDISTILL_ROUND, OMNIDISTILL_SHARD),

  run: async ({ store, plan, environment, folder, report }) => {
    const [round, shard] = [environment.OMNIDISTILL_ROUND, environment.OMNIDISTILL_SHARD];
    const { config, runId } = plan;
    const { size, channels } = config.image;
    const manifest = await readJson(store, shardManifestKey(runId, shard), ShardManifest);
    const labelled = await readLabelledSet(store, runId);
    const { card } = await readModel(store, plan, 'calibration', MINER_SEED, 0);
    const role = round === 0 ? 'primitive' : 'student';
    const { weights } = await readModel(store, plan, role, MINER_SEED, round - 1);
    const prototypesKey = `${modelFolder(runId, role, MINER_SEED, round - 1)}/prototypes.safetensors`;

    const model = predictor(weights, config.mining.batch);
    const duplicates = duplicateFinder(labelled.pixels, size * size * channels);
    const miner = {
      model,
      duplicates,
      prototypes: prototypesFromTensors(decodeSafetensors(await getObject(store, prototypesKey)).tensors),
      temperature: card.calibration?.temperature ?? 1,
    };
    const items = readShard(manifest, config.image, config.limits);
    const result = await mineShard(items, shard, config, miner, (read) => report(read, null));
    model.dispose();
    duplicates.dispose();

    const { candidates, pixels, rejected, histogram, read } = result;
    await store.put(`${folder}/candidates.parquet`, encodeCandidates(candidates));
    await store.put(
      `${folder}/candidates.safetensors`,
      encodeSafetensors({ pixels: { shape: [candidates.length, size, size, channels], data: pixels } }),
    );
    await store.put(`${folder}/rejected.parquet`, encodeRejections(rejected));
    await writeJson(store, `${folder}/histogram.json`, { counts: histogram });
    return { counts: { read, candidates: candidates.length }, rejected: countByReason(rejected) };
  },
};
