import { isHidden } from '../image-files.ts';
import { base64Tsv } from './base64-tsv.ts';
import { ferRows } from './fer-rows.ts';
import { looseImages } from './loose-images.ts';
import { parquetFiles } from './parquet-files.ts';
import type { PoolFormat } from './pool-format.ts';
import { recordFiles } from './record-files.ts';
import { tarShards } from './tar-shards.ts';
import { zipArchives } from './zip-archives.ts';

/** The first that matches reads an object. Shards that are left half full at the end of a pool come in this order. */
export const POOL_FORMATS: readonly PoolFormat[] = [
  tarShards,
  zipArchives,
  parquetFiles,
  recordFiles,
  base64Tsv,
  ferRows,
  looseImages,
];

/** What a pool may be, to follow "A pool is". */
export const POOL_FORMS = `a folder of ${POOL_FORMATS.map(({ about }) => about).join(' or of ')}, a pattern like shards/{000..031}.tar, or a list of images or archives (.txt, .lst, .csv)`;

/** To follow "no": what a place lacks that is no pool. */
export const POOL_CONTENTS = 'image and no archive of images';

/** The format of an object of a folder, or `undefined` for what is no part of a pool. */
export function poolFormatOf(key: string): PoolFormat | undefined {
  return isHidden(key) ? undefined : listedFormatOf(key);
}

/** The same for an object that somebody has chosen, hidden or not. */
export function listedFormatOf(key: string): PoolFormat | undefined {
  return POOL_FORMATS.find((format) => !format.namedOnly && format.matches(key));
}

/** The format of an object that a URI names, where one holds many images. */
export function namedFormatOf(key: string): PoolFormat | undefined {
  return POOL_FORMATS.find((format) => format.holdsMany && format.matches(key));
}
