import type { Rejection } from '../../contracts/rejections.ts';
import type { DecodedItem } from '../decode-items.ts';
import { blankImages, type Images, imageAt, type Shape, sliceImages } from '../images.ts';

/** Images of a shard side by side, as the net takes them, and what was left out on the way to them. */
export interface PoolBatch extends Images<Uint8Array<ArrayBuffer>> {
  readonly keys: readonly string[];
  /** Of each image's pixels, hex. */
  readonly sha256: readonly string[];
  /** The same images in the other shape that was asked for. */
  readonly view?: Images<Uint8Array<ArrayBuffer>>;
  /** Left out since the batch before. */
  readonly rejected: readonly Rejection[];
}

/** So many rejections without a full batch are handed on alone: a shard may hold nothing else. */
const MOST_REJECTED = 1000;

/**
 * Gathers a shard's images in batches, in their order; the last one may be smaller. A batch without images brings
 * rejections only and splits none of the others. The pixels of each own their buffer, which can go to another thread.
 * @param count - images a batch
 * @param view - the other shape that the items come in
 * @param first - images of the first batch, which doubles from one to the next until there are `count`. @default count
 */
export async function* inBatches(
  items: AsyncIterable<DecodedItem>,
  count: number,
  shape: Shape,
  view?: Shape,
  first = count,
): AsyncGenerator<PoolBatch> {
  let size = Math.min(first, count);
  let images = blankImages(shape, size);
  let views = view && blankImages(view, size);
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
      imageAt(images, keys.length).set(item.pixels);
      if (views !== undefined) imageAt(views, keys.length).set(item.view!);
      keys.push(item.key);
      sha256.push(item.sha256);
    }
    if (keys.length === size) {
      yield { ...images, ...(views && { view: views }), keys, sha256, rejected: takeRejected() };
      size = Math.min(2 * size, count);
      images = blankImages(shape, size);
      views = view && blankImages(view, size);
      keys = [];
      sha256 = [];
    } else if (rejected.length === MOST_REJECTED) {
      yield { ...blankImages(shape, 0), keys: [], sha256: [], rejected: takeRejected() };
    }
  }
  if (keys.length + rejected.length > 0) {
    const seen = views && { view: ownPart(views, keys.length) };
    yield { ...ownPart(images, keys.length), ...seen, keys, sha256, rejected };
  }
}

/** The first images of a block, in a buffer of their own. */
function ownPart(images: Images<Uint8Array<ArrayBuffer>>, count: number): Images<Uint8Array<ArrayBuffer>> {
  const part = sliceImages(images, 0, count);
  return { ...part, pixels: part.pixels.slice() };
}
