import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import tar from 'tar-stream';
import { fileStore } from '../../core/store/file.ts';
import type { Store } from '../../core/store/store.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const IMAGE = { size: 16, channels: 1 } as const;
export const LIMITS = { minPerClass: 2, maxPixels: 1_000_000, maxBytes: 100_000 };

export const temporaryStore = (): Store => fileStore(temporaryFolder());

/** A folder with these files in it, as a URI. */
export const folderWith = async (files: Readonly<Record<string, Buffer | string>>): Promise<string> => {
  const folder = temporaryFolder();
  const store = fileStore(folder);
  for (const [key, body] of Object.entries(files)) await store.put(key, body);
  return pathToFileURL(folder).href;
};

/** Values that differ between seeds. */
export const greyPixels = (seed: number, size = 16): Buffer =>
  Buffer.from(
    Array.from({ length: size * size }, (_, i) => (i * 37 + seed * 101 + ((i * i * (seed + 3)) % 251)) % 256),
  );

export const greyPng = (seed: number, size = 16): Promise<Buffer> =>
  sharp(greyPixels(seed, size), { raw: { width: size, height: size, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();

export const tarOf = async (members: readonly (readonly [string, Buffer | string])[]): Promise<Buffer> => {
  const pack = tar.pack();
  for (const [name, body] of members) pack.entry({ name }, body);
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

export const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
