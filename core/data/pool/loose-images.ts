import { z } from 'zod';
import { codecNames, kindOfName } from '../image-files.ts';
import { storedImage } from '../raw-item.ts';
import type { PoolFormat } from './pool-format.ts';

/** Images that are objects of their own; a part is an image's path in the pool, which is its key. */
export const looseImages: PoolFormat<string> = {
  name: 'images',
  about: `images (${codecNames()}, by their first bytes and not by their names)`,
  unit: 'images',
  holdsMany: false,
  matches: (key) => kindOfName(key) !== 'other',
  part: z.string().min(1),
  partsOf: (_, { key }) => [key],
  read: (store, keys) => keys.map((key) => storedImage(store, key)),
};
