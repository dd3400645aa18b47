import { isHidden } from '../image-files.ts';
import { looseImages } from './loose-images.ts';
import type { PoolFormat } from './pool-format.ts';
import { tarShards } from './tar-shards.ts';

/** The first that matches reads an object. Shards that are left half full at the end of a pool come in this order. */
export const POOL_FORMATS: readonly PoolFormat[] = [tarShards, looseImages];

/** What a pool may be, to follow "A pool is". */
export const POOL_FORMS = `a folder of ${POOL_FORMATS.map(({ about }) => about).join(' or of ')}`;

/** `image and no .tar shard`, to follow "no": what a folder lacks that is no pool. */
export const POOL_CONTENTS = [
  'image',
  ...POOL_FORMATS.flatMap(({ name, holdsMany }) => (holdsMany ? [`.${name} shard`] : [])),
].join(' and no ');

/** The format of a listed object, or `undefined` for what is no part of a pool. */
export function poolFormatOf(key: string): PoolFormat | undefined {
  return isHidden(key) ? undefined : POOL_FORMATS.find((format) => format.matches(key));
}
