import type { Rejection } from '../contracts/rejections.ts';
import type { ImageShape } from './decode.ts';
import type { PoolItem } from './files.ts';

/** Images of a shard side by side, as the net takes them, and what was left out on the way to them. */
export interface PoolBatch {
  /** `[keys.length, size, size, channels]`, row-major, 0 to 255; owns its buffer. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly keys: readonly string[];
  /** Of each image's pixels, hex. */
  readonly sha256: readonly string[];
  /** Left out since the batch before. */
  readonly rejected: readonly Rejection[];
}

/** So many rejections without a full batch are handed on alone: a shard may hold nothing else. */
const MOST_REJECTED = 1000;

/**
 * Gathers a shard's images in batches, in their order; the last one may be smaller. A batch without images brings
 * rejections only and splits none of the others.
 * @param count - images a batch
 */
export async function* inBatches(
  items: AsyncIterable<PoolItem>,
  count: number,
  { size, channels }: ImageShape,
): AsyncGenerator<PoolBatch> {
  const values = size * size * channels;
  let pixels = new Uint8Array(count * values);
  let keys: string[] = [];
  let sha256: string[] = [];
  let rejected: Rejection[] = [];
  const takeRejected = (): Rejection[] => {
    const taken = rejected;
    rejected = [];
    return taken;
  };

  for await (const item of items) {
    if (item.kind === 'rejected') rejected.push(item.rejection);
    else {
      pixels.set(item.pixels, keys.length * values);
      keys.push(item.key);
      sha256.push(item.sha256);
    }
    if (keys.length === count) {
      yield { pixels, keys, sha256, rejected: takeRejected() };
      pixels = new Uint8Array(count * values);
      keys = [];
      sha256 = [];
    } else if (rejected.length === MOST_REJECTED) {
      yield { pixels: new Uint8Array(0), keys: [], sha256: [], rejected: takeRejected() };
    }
  }
  if (keys.length + rejected.length > 0) {
    yield { pixels: pixels.slice(0, keys.length * values), keys, sha256, rejected };
  }
}
