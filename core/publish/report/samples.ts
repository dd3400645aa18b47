import { minedKey, shardFolder } from '../../contracts/keys.ts';
import type { MinedRow } from '../../contracts/mined.ts';
import type { Summary } from '../../contracts/summary.ts';
import { decodeMined } from '../../format/parquet.ts';
import { decodeSafetensors } from '../../format/safetensors.ts';
import { mapInOrder } from '../../run/map-in-order.ts';
import { getObject } from '../../store/get-object.ts';
import type { Store } from '../../store/store.ts';
import { affordable, type Image } from './image.ts';

/** A mined image with its pseudo-label and scores. */
export interface Sample {
  readonly row: MinedRow;
  readonly image: Image;
}

export const PLACES = ['top', 'middle', 'lowest'] as const;
type Place = (typeof PLACES)[number];

/** Mined images of one class, from three places of its order. */
export interface ClassSamples {
  readonly name: string;
  readonly count: number;
  readonly meanProbability: number;
  readonly places: Readonly<Record<Place, readonly Sample[]>>;
}

const SAMPLES_PER_PLACE = 6;
const PIXEL_BUDGET = 500_000;
const SHARDS_AT_ONCE = 4;

/** The first, the middle and the last of an order; nothing stands in two of them. */
export const pick = <T>(ordered: readonly T[], each: number): Record<Place, readonly T[]> => {
  const top = ordered.slice(0, each);
  const lowest = ordered.slice(Math.max(each, ordered.length - each));
  const between = ordered.slice(each, ordered.length - lowest.length);
  const start = Math.max(0, Math.floor((between.length - each) / 2));
  return { top, middle: between.slice(start, start + each), lowest };
};

/** Images of some rows. A shard's images are large, so each shard is read once and only what is shown is kept. */
const readImages = async (
  store: Store,
  { runId, mined }: Summary,
  rows: readonly MinedRow[],
): Promise<Map<MinedRow, Image>> => {
  const shards = [...new Set(rows.map(({ shard }) => shard))].sort((a, b) => a - b);
  const read = mapInOrder(shards, SHARDS_AT_ONCE, async (shard) => {
    const key = `${shardFolder(runId, mined.round, shard)}/candidates.safetensors`;
    const { pixels } = decodeSafetensors(await getObject(store, key)).tensors;
    const [, size = 0, , channels = 0] = pixels?.shape ?? [];
    if (!(pixels?.data instanceof Uint8Array)) throw new TypeError(`${store.root}/${key} holds no uint8 "pixels".`);
    const all = pixels.data;
    const values = size * size * channels;
    return rows
      .filter((row) => row.shard === shard)
      .map((row) => [row, { size, channels, pixels: all.slice(row.row * values, (row.row + 1) * values) }] as const);
  });
  const images = new Map<MinedRow, Image>();
  for await (const found of read) for (const [row, image] of found) images.set(row, image);
  return images;
};

/** Samples of the mined set by class, in the order of the run's classes. */
export const readSamples = async (store: Store, summary: Summary): Promise<ClassSamples[]> => {
  const { classes, config, runId, mined } = summary;
  const rows = (await decodeMined(await getObject(store, minedKey(runId, mined.round)))).sort(
    (a, b) => a.rank - b.rank,
  );
  const byClass = classes.map((_, label) => rows.filter((row) => row.label === label));
  const groups = byClass.flatMap(({ length }) => PLACES.map(() => Math.ceil(length / PLACES.length)));
  const bytes = config.image.size ** 2 * config.image.channels;
  const each = affordable(PIXEL_BUDGET, bytes, groups, SAMPLES_PER_PLACE);
  const picked = byClass.map((ordered) => pick(ordered, each));
  const images = await readImages(
    store,
    summary,
    picked.flatMap((places) => PLACES.flatMap((place) => places[place])),
  );
  const shown = (some: readonly MinedRow[]): Sample[] => some.map((row) => ({ row, image: images.get(row)! }));
  return classes.map((name, label) => {
    const { top, middle, lowest } = picked[label]!;
    const all = byClass[label]!;
    return {
      name,
      count: all.length,
      meanProbability: all.reduce((sum, { probability }) => sum + probability, 0) / Math.max(1, all.length),
      places: { top: shown(top), middle: shown(middle), lowest: shown(lowest) },
    };
  });
};
