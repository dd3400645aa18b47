import type { z } from 'zod';
import { DataError } from '../errors.ts';
import type { Store } from './store.ts';

const parse = <T>(store: Store, key: string, body: Buffer, schema: z.ZodType<T>): T => {
  try {
    return schema.parse(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw new DataError(`${store.root}/${key} does not hold what it should. Was it written by another version?`, {
      cause,
    });
  }
};

/**
 * A JSON object of the store, checked by its schema, or `undefined` where there is none.
 * @throws DataError on anything else than what the schema describes
 */
export const findJson = async <T>(store: Store, key: string, schema: z.ZodType<T>): Promise<T | undefined> => {
  const body = await store.get(key);
  return body === undefined ? undefined : parse(store, key, body, schema);
};

/**
 * A JSON object that must be there, checked by its schema.
 * @throws DataError where there is none, or on anything else than what the schema describes
 */
export const readJson = async <T>(store: Store, key: string, schema: z.ZodType<T>): Promise<T> => {
  const found = await findJson(store, key, schema);
  if (found === undefined) throw new DataError(`There is no ${store.root}/${key}.`);
  return found;
};

/** Writes a value as indented JSON, so that a person can read it in a console. */
export const writeJson = (store: Store, key: string, value: unknown): Promise<void> =>
  store.put(key, `${JSON.stringify(value, null, 2)}\n`);
