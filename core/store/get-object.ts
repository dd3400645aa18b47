import { DataError } from '../errors.ts';
import type { Store } from './store.ts';

/** An object that must be there. @throws DataError where there is none */
export const getObject = async (store: Store, key: string): Promise<Buffer> => {
  const body = await store.get(key);
  if (body === undefined) throw new DataError(`There is no ${store.root}/${key}.`);
  return body;
};
