import { DataError } from '../errors.ts';
import type { Store } from './store.ts';

/** An object that must be there. @throws DataError where there is none */
export const getObject = async (store: Store, key: string): Promise<Buffer> => {
  const body = await store.get(key);
  if (body === undefined) throw new DataError(`There is no ${store.root}/${key}.`);
  return body;
};

/**
 * An object's bytes, but never many more than a limit: reading stops with the chunk that passes it, so a result longer
 * than `limit` means "too long" and is not the whole object.
 * @param look - asked with the first bytes whether the rest is wanted; else they are all that is read
 * @throws DataError where there is no such object
 */
export const getUpTo = async (
  store: Store,
  key: string,
  limit: number,
  look?: { readonly bytes: number; goesOn(head: Buffer): boolean },
): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let length = 0;
  let looked = look === undefined;
  for await (const chunk of store.chunks?.(key) ?? (await store.stream(key))) {
    const bytes = chunk as Buffer;
    chunks.push(bytes);
    length += bytes.length;
    if (length > limit) break;
    if (!looked && length >= look!.bytes) {
      looked = true;
      if (!look!.goesOn(chunks.length === 1 ? bytes : Buffer.concat(chunks, length))) break;
    }
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
};
