import { DataError } from '../errors.ts';
import type { ByteRange, Store } from './store.ts';

/** An object that must be there. @throws DataError where there is none */
export const getObject = async (store: Store, key: string): Promise<Buffer> => {
  const body = await store.get(key);
  if (body === undefined) throw new DataError(`There is no ${store.root}/${key}.`);
  return body;
};

/**
 * An object's bytes, but never many more than a limit: reading stops with the chunk that passes it, so a result longer
 * than `limit` means "too long" and is not the whole object.
 * @throws DataError where there is no such object
 */
export const getUpTo = async (store: Store, key: string, limit: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of await store.stream(key)) {
    const bytes = chunk as Buffer;
    chunks.push(bytes);
    length += bytes.length;
    if (length > limit) break;
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
};

/**
 * A part of an object, whole: shorter only where the object ends before.
 * @throws DataError where there is no such object
 */
export const getRange = async (store: Store, key: string, range: ByteRange): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  if (range.end > range.start) for await (const chunk of await store.stream(key, range)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** An object's size in bytes. @throws DataError where there is none */
export const sizeOf = async (store: Store, key: string): Promise<number> => {
  for await (const object of store.list(key)) if (object.key === key) return object.size;
  throw new DataError(`There is no ${store.root}/${key}.`);
};
