import type { RunConfig } from '../contracts/config.ts';
import { type Candidate, HISTOGRAM_BINS } from '../contracts/mined.ts';
import type { Rejection } from '../contracts/stats.ts';
import { type Predictor, probabilities } from '../nets/predictor.ts';
import type { PoolItem } from '../pool/shard.ts';
import type { DuplicateFinder } from './near-duplicates.ts';
import { nearestPrototype, type Prototypes } from './prototypes.ts';

export interface Miner {
  readonly model: Predictor;
  readonly prototypes: Prototypes;
  readonly temperature: number;
  /** Knows the labelled set. */
  readonly duplicates: DuplicateFinder;
}

export interface ShardResult {
  /** Sorted by falling similarity, ties by key; `row` is the position. */
  readonly candidates: readonly Candidate[];
  /** Pictures of the candidates, in their order: `[n, size, size, channels]`. */
  readonly pixels: Uint8Array;
  readonly rejected: readonly Rejection[];
  /** Similarities of all readable images in bins over [-1, 1]. */
  readonly histogram: number[];
  /** Readable images. */
  readonly read: number;
}

type PoolImage = Extract<PoolItem, { kind: 'image' }>;

/**
 * A shard keeps twice its fair part of what the whole pool will yield: enough where shards are mixed, and the
 * aggregate says when it was not.
 */
const KEPT_PER_MINED = 2;

export const binOf = (similarity: number): number =>
  Math.min(Math.floor(((similarity + 1) / 2) * HISTOGRAM_BINS), HISTOGRAM_BINS - 1);

/** The order of candidates, within a shard and over all of them. */
export const bySimilarity = (a: Candidate, b: Candidate): number =>
  b.similarity - a.similarity || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** Scores every picture of a shard against the prototypes and keeps the best. */
export const mineShard = async (
  items: AsyncIterable<PoolItem>,
  shard: number,
  config: Pick<RunConfig, 'mining' | 'image'>,
  miner: Miner,
  onProgress: (read: number) => void,
): Promise<ShardResult> => {
  const { size, channels } = config.image;
  const { batch, nearDuplicate, topFraction } = config.mining;
  const values = size * size * channels;
  const rejected: Rejection[] = [];
  const found: { candidate: Candidate; pixels: Uint8Array }[] = [];
  const histogram = new Array<number>(HISTOGRAM_BINS).fill(0);
  let read = 0;

  const score = (images: readonly PoolImage[]): void => {
    const pixels = new Uint8Array(images.length * values);
    images.forEach((image, i) => pixels.set(image.pixels, i * values));
    const { embeddings, logits } = miner.model.predict({ size, channels, count: images.length, pixels });
    const p = probabilities(logits, miner.prototypes.classes, miner.temperature);
    const likeness = miner.duplicates.nearest(pixels);
    images.forEach(({ key, sha256, pixels }, i) => {
      if (likeness[i]! >= nearDuplicate) {
        const detail = `pixel cosine ${likeness[i]!.toFixed(4)} to a labelled image`;
        rejected.push({ key, reason: 'near-labelled', detail });
        return;
      }
      const { label, similarity } = nearestPrototype(embeddings, i, miner.prototypes);
      const probability = p[i * miner.prototypes.classes + label]!;
      histogram[binOf(similarity)]! += 1;
      found.push({ candidate: { key, shard, row: 0, sha256, label, similarity, probability }, pixels });
    });
    read += images.length;
    onProgress(read);
  };

  let waiting: PoolImage[] = [];
  for await (const item of items) {
    if (item.kind === 'rejected') rejected.push(item.rejection);
    else waiting.push(item);
    if (waiting.length === batch) {
      score(waiting);
      waiting = [];
    }
  }
  if (waiting.length > 0) score(waiting);

  const kept = found
    .sort((a, b) => bySimilarity(a.candidate, b.candidate))
    .slice(0, Math.ceil(Math.min(1, KEPT_PER_MINED * topFraction) * found.length));
  const pixels = new Uint8Array(kept.length * values);
  kept.forEach((one, i) => pixels.set(one.pixels, i * values));
  return { candidates: kept.map(({ candidate }, row) => ({ ...candidate, row })), pixels, rejected, histogram, read };
};
