import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolveConfig } from '../../core/contracts/presets.ts';
import type { ImageSet } from '../../core/data/image-set.ts';
import { concatImages, type Images } from '../../core/data/images.ts';
import { readLabelled } from '../../core/data/labelled/read-labelled.ts';
import { readShard } from '../../core/data/pool/read-shard.ts';

const { image, limits } = resolveConfig('standard');

/** The benchmark of FER2013 below a folder of faces. */
export const readBenchmark = (faces: string): Promise<ImageSet> => readClasses(join(faces, 'fer2013/benchmark'));

/** The labelled set of FER2013 below a folder of faces. */
export const readLabelledFaces = (faces: string): Promise<ImageSet> => readClasses(join(faces, 'fer2013/labelled'));

/** The first images of a folder of tar shards. */
export const readPool = async (folder: string, most: number): Promise<NamedImages> => {
  const parts = (await readdir(folder)).sort();
  const [keys, found]: [string[], Images<Uint8Array>[]] = [[], []];
  const root = pathToFileURL(folder).href;
  for await (const item of readShard({ index: 0, format: 'tar', root, parts }, image, limits)) {
    if (item.kind !== 'image') continue;
    keys.push(item.key);
    found.push({ ...image, count: 1, pixels: item.pixels });
    if (keys.length === most) break;
  }
  return { ...concatImages(found), keys };
};

export interface NamedImages extends Images<Uint8Array> {
  readonly keys: readonly string[];
}

async function readClasses(folder: string): Promise<ImageSet> {
  const classes = (await readdir(folder)).sort();
  return (await readLabelled({ field: 'labelled', uri: pathToFileURL(folder).href }, classes, image, limits)).set;
}
