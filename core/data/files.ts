import type { Rejection } from '../contracts/rejections.ts';
import { mapInOrder } from '../run/map-in-order.ts';
import { getUpTo } from '../store/read.ts';
import type { Store } from '../store/store.ts';
import { type Decoded, decodeImage, type ImageLimits, type ImageShape, isDecoded } from './decode.ts';

/** Images in work at once: enough to hide the store's delay, few enough to bound the memory. */
export const AHEAD = 16;

/** Encoded bytes in work at once: photos of a camera are large. */
export const MOST_ENCODED_BYTES = 64 * 1024 * 1024;

/** One image of a shard or of a labelled set, ready for the model, or why it was left out. */
export type PoolItem =
  | ({ readonly kind: 'image'; readonly key: string } & Decoded)
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

/** Decodes one image's bytes; bad bytes become a rejection with the key. */
export const decodeItem = async (
  key: string,
  bytes: Buffer,
  image: ImageShape,
  limits: ImageLimits,
): Promise<PoolItem> => {
  const result = await decodeImage(bytes, image, limits);
  return isDecoded(result) ? { kind: 'image', key, ...result } : { kind: 'rejected', rejection: { key, ...result } };
};

/**
 * Images of a store by key, in the order of the keys. No more of a file is read than the limit allows.
 * @throws DataError where a file is gone since it was listed
 */
export const readFiles = (
  store: Store,
  keys: AsyncIterable<string> | Iterable<string>,
  image: ImageShape,
  limits: ImageLimits,
): AsyncGenerator<PoolItem> => {
  // A file's size is known when it has been read; until then the ones before it tell what to expect.
  let expected = limits.maxBytes;
  const read = async (key: string): Promise<PoolItem> => {
    const bytes = await getUpTo(store, key, limits.maxBytes);
    expected = Math.max(bytes.length, expected / 2);
    return decodeItem(key, bytes, image, limits);
  };
  return mapInOrder(keys, AHEAD, read, { most: MOST_ENCODED_BYTES, of: () => expected });
};
