import { mapInOrder } from '../map-in-order.ts';
import { type Decoded, decodeGrey, decodeImage, type ImageLimits, type ImageShape, isDecoded } from './decode.ts';
import { type RawItem, type RejectedItem, rejectedItem } from './raw-item.ts';
import type { Refusal } from './refusal.ts';

/** Images in work at once: enough to hide the store's delay, few enough to bound the memory. */
const AHEAD = 16;

/** Encoded bytes in work at once: photos of a camera are large. */
const MOST_ENCODED_BYTES = 64 * 1024 * 1024;

/** One image of a shard or of a labelled set, ready for the model, or why it was left out. */
export type DecodedItem =
  | ({ readonly kind: 'image'; readonly key: string; readonly className?: string | undefined } & Decoded)
  | RejectedItem;

/**
 * Reads and decodes several images at once and yields them in their order. Bad bytes become a rejection with the key;
 * no more of a file is read than the limit allows.
 * @param view - another shape that every image is wanted in as well
 * @throws what the format throws
 */
export function decodeInOrder(
  items: AsyncIterable<RawItem> | Iterable<RawItem>,
  image: ImageShape,
  limits: ImageLimits,
  view?: ImageShape,
): AsyncGenerator<DecodedItem> {
  // A file's size is known when it has been read; until then the ones before it tell what to expect.
  let expected = limits.maxBytes;

  const load = async (item: Extract<RawItem, { kind: 'stored' }>): Promise<Buffer | Refusal> => {
    const loaded = await item.load(limits.maxBytes);
    expected = Math.max(Buffer.isBuffer(loaded) ? loaded.length : 0, expected / 2);
    return loaded;
  };

  const decode = async (item: RawItem): Promise<DecodedItem> => {
    if (item.kind === 'rejected') return item;
    const { key, className } = item;
    if (item.kind === 'grey') {
      return { kind: 'image', key, className, ...(await decodeGrey(item.pixels, item.side, image, view)) };
    }
    const bytes = item.kind === 'stored' ? await load(item) : item.bytes;
    const result = Buffer.isBuffer(bytes) ? await decodeImage(bytes, image, limits, view) : bytes;
    if (isDecoded(result)) return { kind: 'image', key, className, ...result };
    return rejectedItem(key, result.reason, result.detail);
  };

  const bytesOf = (item: RawItem): number => {
    if (item.kind === 'stored') return expected;
    return item.kind === 'encoded' ? item.bytes.length : 0;
  };
  return mapInOrder(items, AHEAD, decode, { most: MOST_ENCODED_BYTES, of: bytesOf });
}
