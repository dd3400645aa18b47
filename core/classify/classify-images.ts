import type { ImageShape } from '../contracts/config.ts';
import type { ShardManifest } from '../contracts/plan.ts';
import type { Rejection } from '../contracts/rejections.ts';
import type { ImageLimits } from '../data/decode.ts';
import type { DecodedItem } from '../data/decode-items.ts';
import { blankImages, imageAt } from '../data/images.ts';
import { readShard } from '../data/pool/read-shard.ts';
import { rejectedItem } from '../data/raw-item.ts';
import { DataError, messageOf, ShardUnreadableError } from '../errors.ts';
import { mapInOrder } from '../map-in-order.ts';
import type { AskedClassifier } from '../nets/classify.ts';

/** What is said of one image, or why nothing is. */
export type ClassifiedItem =
  | {
      readonly kind: 'image';
      readonly key: string;
      /** Calibrated, `[classes]`. */
      readonly probabilities: Float32Array;
      readonly embedding: Float32Array;
    }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

/** Images that are asked about at once, of the size of a run's usual ones; of larger ones fewer. */
const [BATCH, BATCH_SIZE] = [128, 48];
/** Batches in work: one is decoded while another is being computed. */
const BATCHES_AT_ONCE = 2;

/**
 * Classifies images as they come: a row for each, in their order, those that cannot be read among them. Memory does not grow with their
 * number.
 * @throws TransientError where a store fails in a way that may pass
 */
export async function* classifyImages(
  shards: AsyncIterable<ShardManifest> | Iterable<ShardManifest>,
  asked: AskedClassifier,
  image: ImageShape,
  limits: ImageLimits,
): AsyncGenerator<ClassifiedItem> {
  const most = Math.max(1, Math.min(BATCH, Math.floor((BATCH * BATCH_SIZE ** 2) / image.size ** 2)));
  const batches = inBatches(itemsOf(shards, image, limits), most);
  for await (const batch of mapInOrder(batches, BATCHES_AT_ONCE, (items) => classifyBatch(items, asked, image))) {
    yield* batch;
  }
}

/** Of all shards; one that cannot be read, or not to its end, is a row that says so. */
async function* itemsOf(
  shards: AsyncIterable<ShardManifest> | Iterable<ShardManifest>,
  image: ImageShape,
  limits: ImageLimits,
): AsyncGenerator<DecodedItem> {
  for await (const shard of shards) {
    try {
      yield* readShard(shard, image, limits);
    } catch (error) {
      if (!(error instanceof ShardUnreadableError || error instanceof DataError)) throw error;
      const [part] = shard.parts;
      const key = typeof part === 'string' ? part : `shard ${shard.index}`;
      yield rejectedItem(key, 'unreadable', messageOf(error));
    }
  }
}

/** Items in groups of so many, so that their order stays. */
async function* inBatches(items: AsyncIterable<DecodedItem>, most: number): AsyncGenerator<DecodedItem[]> {
  let batch: DecodedItem[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < most) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function classifyBatch(
  items: readonly DecodedItem[],
  asked: AskedClassifier,
  image: ImageShape,
): Promise<ClassifiedItem[]> {
  const images = items.filter((item) => item.kind === 'image');
  const block = blankImages(image, images.length);
  images.forEach(({ pixels }, i) => imageAt(block, i).set(pixels));
  const said = images.length === 0 ? undefined : await asked.classify(block);
  let next = 0;
  return items.map((item) => {
    if (item.kind === 'rejected') return { kind: 'rejected', rejection: item.rejection };
    const row = (all: Float32Array): Float32Array => {
      const width = all.length / images.length;
      return all.subarray(next * width, (next + 1) * width);
    };
    const { probabilities, embeddings } = said!;
    const one = {
      kind: 'image',
      key: item.key,
      probabilities: row(probabilities),
      embedding: row(embeddings),
    } as const;
    next += 1;
    return one;
  });
}
