import { minedFolder } from '../contracts/keys.ts';
import { Candidate, MinedRow, MinedSummary, type PlacedImage } from '../contracts/mined.ts';
import type { Plan } from '../contracts/plan.ts';
import { blankImages, type Images, imageAt, valuesOf, type WeightedImages } from '../data/images.ts';
import { DataError } from '../errors.ts';
import { sha256 } from '../format/sha256.ts';
import { mapInOrder } from '../map-in-order.ts';
import type { Store } from '../store/store.ts';
import { type Artifact, artifact, json } from './artifact.ts';
import { candidateColumns, type FoldLabels, type Scored, scoredColumns, scoredRows, shardFiles } from './shard.ts';

/** The mined set of a round: where each image lies, and why it was chosen. */
export const minedFile = (runId: string, round: number): Artifact<readonly MinedRow[], Scored<MinedRow>> => {
  const rows = scoredRows(MinedRow, (score) => [
    ...scoredColumns(score),
    { field: 'probability', type: 'DOUBLE' },
    { field: 'rank', type: 'INT32' },
    { field: 'weight', type: 'DOUBLE' },
  ]);
  return artifact(`${minedFolder(runId, round)}/mined.parquet`, rows);
};

/** Pool images for training without their pseudo-labels, which stand beside them all the same. */
export const poolSampleFile = (runId: string, round: number): Artifact<readonly Candidate[], Scored<Candidate>> =>
  artifact(`${minedFolder(runId, round)}/pool-sample.parquet`, scoredRows(Candidate, candidateColumns), {
    scratch: true,
  });

/** What Aggregate decided. */
export const minedSummaryFile = (runId: string, round: number): Artifact<MinedSummary> =>
  artifact(`${minedFolder(runId, round)}/summary.json`, json(MinedSummary));

/** Mined images with their pseudo-labels and where they came from. */
export interface MinedSet extends WeightedImages {
  readonly keys: readonly string[];
}

/**
 * The mined images of a round.
 * @param some - which of them, rows of `mined.parquet`; by default all in their order
 * @throws DataError as `readMinedImages` does
 */
export async function readMinedSet(
  store: Store,
  { runId, config }: Plan,
  round: number,
  some?: readonly MinedRow[],
): Promise<MinedSet> {
  const rows = some ?? (await minedFile(runId, round).read(store));
  const images = await readMinedImages(store, { runId, round, shape: config.image }, rows);
  return {
    ...images,
    labels: Int32Array.from(rows, ({ label }) => label),
    keys: rows.map(({ key }) => key),
    weights: Float32Array.from(rows, ({ weight }) => weight),
    chances: Float32Array.from(rows, ({ probability }) => probability),
  };
}

/** Pool images for training without labels. @throws DataError as `readMinedImages` does */
export async function readPoolSample(
  store: Store,
  { runId, config }: Plan,
  round: number,
): Promise<Images<Uint8Array>> {
  const rows = await poolSampleFile(runId, round).read(store);
  return readMinedImages(store, { runId, round, shape: config.image }, rows);
}

/**
 * Shards' images are megabytes and their store is 50 ms away: so many at once, of which only what is asked for is kept.
 * Thousands of shards would else leave a GPU idle for minutes.
 */
const SHARDS_AT_ONCE = 16;

export interface MinedImagesOptions {
  readonly runId: string;
  readonly round: number;
  readonly shape: Plan['config']['image'];
}

/**
 * Images of some rows, mined or candidates, in their order, from what their shards kept.
 * @throws DataError where a shard does not hold the very image that was mined, as happens when a shard is mined again over
 * a pool that has changed: what would be trained on is not what mined.parquet says
 */
export async function readMinedImages(
  store: Store,
  { runId, round, shape }: MinedImagesOptions,
  rows: readonly PlacedImage[],
): Promise<Images<Uint8Array>> {
  const images = blankImages(shape, rows.length);
  const byShard = new Map<number, number[]>();
  for (const [i, { shard }] of rows.entries()) {
    const indices = byShard.get(shard);
    if (indices === undefined) byShard.set(shard, [i]);
    else indices.push(i);
  }
  const read = mapInOrder(byShard, SHARDS_AT_ONCE, async ([shard, indices]) => {
    const file = shardFiles(runId, round, shard).images;
    const kept = await file.read(store);
    for (const i of indices) {
      const image = imageAt(kept, rows[i]!.row);
      checkImage(rows[i]!, image, `${store.root}/${file.key}`);
      images.pixels.set(image, i * valuesOf(shape));
    }
  });
  for await (const _ of read);
  return images;
}

/**
 * The labels of mined images by the head that has not seen a part of the labelled set, where a backbone mined.
 * @param rows - of `mined.parquet`
 */
export async function readFoldLabels(
  store: Store,
  { runId, round, fold }: { readonly runId: string; readonly round: number; readonly fold: number },
  rows: readonly PlacedImage[],
): Promise<Int32Array> {
  const shards = [...new Set(rows.map(({ shard }) => shard))];
  const found = new Map<number, FoldLabels>();
  const read = async (shard: number) => [shard, await shardFiles(runId, round, shard).foldLabels.read(store)] as const;
  for await (const [shard, labels] of mapInOrder(shards, SHARDS_AT_ONCE, read)) found.set(shard, labels);
  return Int32Array.from(rows, ({ shard, row }) => {
    const { folds, labels } = found.get(shard)!;
    return labels[row * folds + fold]!;
  });
}

function checkImage({ shard, key, row, sha256: mined }: PlacedImage, image: Uint8Array, place: string): void {
  const found = sha256(image);
  if (found === mined) return;
  throw new DataError(
    `Shard ${shard}: row ${row} of ${place} is not the image ${JSON.stringify(key)} that was mined (SHA-256 ${mined}, ` +
      `found ${image.length === 0 ? 'nothing' : found}). The shard was mined again after the mined set was made, over a pool ` +
      'that has changed since. Start a run with another run id, or bring the pool back as it was and delete the folder of ' +
      'this round.',
  );
}
