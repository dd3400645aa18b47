import { shardManifestFile } from '../artifacts/run.ts';
import type { Plan, ShardManifest } from '../contracts/plan.ts';
import { REJECTION_WORDS, type Rejection } from '../contracts/rejections.ts';
import { blankImages, type Images, imageAt, sliceImages } from '../data/images.ts';
import { readShard } from '../data/pool/read-shard.ts';
import { DataError, ShardUnreadableError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/** Images of a preview, at most: what the gap between two sets of some hundreds can be seen by. */
export const MOST_IMAGES = 800;
/** From so many shards at most, however many there are: each has to be opened. */
const MOST_SHARDS = 16;

/**
 * Images from shards that are spread evenly over the pool, as many of each: from the start of an archive, since the rest of
 * it would have to be read on the way, and from all over a group of loose images. What cannot be read is passed over, as
 * mining will tell of it; equal images count once.
 * @throws DataError where all of a small pool was looked at and holds no image that can be read, and where not one of the
 * shards of a large one can be read: mining would find the same in each, on a GPU
 */
export const readPreview = async (store: Store, { runId, shardCount, config }: Plan): Promise<Images<Uint8Array>> => {
  const { image } = config;
  const limits = { ...config.limits, sampleImage: config.mining.sampleImage };
  const shards = spread(shardCount, MOST_SHARDS);
  const preview = blankImages(image, MOST_IMAGES);
  const known = new Set<string>();
  const refused = new Map<string, { count: number; example: string }>();
  let whole = shards.length === shardCount;
  let unreadable = 0;
  let count = 0;
  for (const [done, shard] of shards.entries()) {
    // What a small shard lacks, the ones after it may give.
    const wanted = Math.ceil((MOST_IMAGES - count) / (shards.length - done));
    const manifest = await shardManifestFile(runId, shard).read(store);
    whole &&= manifest.parts.length <= wanted;
    for await (const pixels of readSome(thinned(manifest, wanted), wanted)) imageAt(preview, count++).set(pixels);
  }
  const hopeless = unreadable === shards.length;
  if (count === 0 && (whole || hopeless))
    throw nothingReadable(refused, hopeless ? `none of ${shards.length} shards` : 'no image');
  const { size, channels, pixels } = sliceImages(preview, 0, count);
  return { size, channels, count, pixels: pixels.slice() };

  async function* readSome(manifest: ShardManifest, wanted: number): AsyncGenerator<Uint8Array> {
    let given = 0;
    try {
      for await (const item of readShard(manifest, image, limits)) {
        if (item.kind === 'rejected') refuse(REJECTION_WORDS[item.rejection.reason], item.rejection);
        // A pool of copies shows no more than its different images.
        if (item.kind === 'image' && !known.has(item.sha256)) {
          known.add(item.sha256);
          yield item.pixels;
          given += 1;
        }
        if (given === wanted) return;
      }
    } catch (error) {
      if (!(error instanceof ShardUnreadableError || error instanceof DataError)) throw error;
      unreadable += 1;
      refuse('archive that cannot be read', { key: manifest.root, detail: error.message });
    }
  }

  function refuse(why: string, { key, detail }: Pick<Rejection, 'key' | 'detail'>): void {
    const known = refused.get(why) ?? { count: 0, example: `${key}: ${detail}` };
    refused.set(why, { ...known, count: known.count + 1 });
  }
};

/** Training would cost hours before Aggregate finds out. */
function nothingReadable(
  refused: ReadonlyMap<string, { readonly count: number; readonly example: string }>,
  what: string,
): DataError {
  const reasons = [...refused].map(([why, { count, example }]) => `${count} × ${why} (${example})`);
  return new DataError(`pool: ${what} of it can be read: ${reasons.join('; ') || 'it holds none'}.`);
}

/** At most so many of the numbers from 0 on below `count`, evenly spread. */
function spread(count: number, most: number): number[] {
  const taken = Math.min(count, most);
  return Array.from({ length: taken }, (_, i) => Math.floor(((i + 0.5) * count) / taken));
}

/** The same shard with no more parts than images are wanted. */
function thinned(manifest: ShardManifest, wanted: number): ShardManifest {
  return { ...manifest, parts: spread(manifest.parts.length, wanted).map((i) => manifest.parts[i]!) };
}
