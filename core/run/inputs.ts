import { benchmarkKey, labelledKey, minedKey, modelFolder, shardFolder } from '../contracts/keys.ts';
import { ModelCard } from '../contracts/model.ts';
import type { Plan, Role } from '../contracts/plan.ts';
import { decodeImageSet, type ImageSet } from '../data/image-set.ts';
import type { MinedSet } from '../distill/material.ts';
import { decodeMined } from '../format/parquet.ts';
import { decodeSafetensors } from '../format/safetensors.ts';
import { netOf } from '../nets/net.ts';
import { type Weights, weightsFromTensors } from '../nets/weights.ts';
import { getObject } from '../store/get-object.ts';
import { readJson } from '../store/json.ts';
import type { Store } from '../store/store.ts';

/** The decoded labelled set that `prepare` wrote. */
export const readLabelledSet = async (store: Store, runId: string): Promise<ImageSet> =>
  decodeImageSet(await getObject(store, labelledKey(runId)));

/** The decoded benchmarks by name. Only Evaluate may call this. */
export const readBenchmarks = async (store: Store, plan: Plan): Promise<Record<string, ImageSet>> => {
  const names = Object.keys(plan.benchmarks);
  const sets = names.map(async (name) => decodeImageSet(await getObject(store, benchmarkKey(plan.runId, name))));
  return Object.fromEntries((await Promise.all(sets)).map((set, i) => [names[i]!, set]));
};

/** A trained net of this run. */
export const readModel = async (
  store: Store,
  plan: Plan,
  role: Role,
  seed: number,
  round: number,
): Promise<{ card: ModelCard; weights: Weights }> => {
  const folder = modelFolder(plan.runId, role, seed, round);
  const card = await readJson(store, `${folder}/model.json`, ModelCard);
  const { tensors } = decodeSafetensors(await getObject(store, `${folder}/model.safetensors`));
  const net = netOf({ name: card.net, width: card.width, ...card.image, classes: card.classes.length });
  return { card, weights: weightsFromTensors(net, tensors) };
};

/** The nets of one role for all seeds, in their order. */
export const readModels = (store: Store, plan: Plan, role: Role, round: number): Promise<Weights[]> =>
  Promise.all(
    Array.from(
      { length: plan.config.seeds },
      async (_, seed) => (await readModel(store, plan, role, seed, round)).weights,
    ),
  );

/** The mined images of a round in the order of `mined.parquet`, taken from what their shards kept. */
export const readMinedSet = async (store: Store, plan: Plan, round: number): Promise<MinedSet> => {
  const { size, channels } = plan.config.image;
  const values = size * size * channels;
  const rows = await decodeMined(await getObject(store, minedKey(plan.runId, round)));
  const pixels = new Uint8Array(rows.length * values);
  for (const shard of new Set(rows.map((row) => row.shard))) {
    const key = `${shardFolder(plan.runId, round, shard)}/candidates.safetensors`;
    const kept = decodeSafetensors(await getObject(store, key)).tensors.pixels!.data;
    rows.forEach((row, i) => {
      if (row.shard === shard) pixels.set(kept.subarray(row.row * values, (row.row + 1) * values), i * values);
    });
  }
  const labels = Int32Array.from(rows, ({ label }) => label);
  return { size, channels, count: rows.length, pixels, labels, keys: rows.map(({ key }) => key) };
};
