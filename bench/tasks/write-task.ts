import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { csvRecord } from '../../core/contracts/csv.ts';
import { type TaskData, type TaskImage, UNKNOWN } from './task.ts';

/** Folders and files of a task that has been written. */
export interface TaskPaths {
  readonly labelled: string;
  readonly pool: string;
  readonly benchmark: string;
  /** `file,label` of every pool image whose label is known: an audit file of `run`. */
  readonly truth: string;
}

const SHARD_SIZE = 2500;

/** Where the parts of a task lie. */
export const taskPaths = (folder: string): TaskPaths => ({
  labelled: join(folder, 'labelled'),
  pool: join(folder, 'pool'),
  benchmark: join(folder, 'benchmark'),
  truth: join(folder, 'truth.csv'),
});

/** Writes a task's images as the command line reads them. @param folder - is made anew, and is there when all of it is */
export const writeTask = async (folder: string, { labelled, pool, benchmark }: TaskData): Promise<TaskPaths> => {
  const unfinished = `${folder}.unfinished`;
  const paths = taskPaths(unfinished);
  await rm(unfinished, { recursive: true, force: true });
  await writeClassFolders(paths.labelled, labelled);
  await writeClassFolders(paths.benchmark, benchmark);
  await mkdir(paths.pool, { recursive: true });
  const named = pool.map((image, i) => ({ ...image, name: image.name ?? fileName(i) }));
  for (let start = 0; start < named.length; start += SHARD_SIZE) {
    const shard = String(start / SHARD_SIZE).padStart(5, '0');
    await writeTar(join(paths.pool, `pool-${shard}.tar`), named.slice(start, start + SHARD_SIZE));
  }
  const rows = named.flatMap(({ name, label }) => (label === UNKNOWN ? [] : [csvRecord([name, label])]));
  await writeFile(paths.truth, `${['file,label', ...rows].join('\n')}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
  return taskPaths(folder);
};

const fileName = (index: number): string => `${String(index).padStart(6, '0')}.png`;

async function writeClassFolders(folder: string, images: readonly TaskImage[]): Promise<void> {
  for (const label of new Set(images.map((image) => image.label))) {
    await mkdir(join(folder, label), { recursive: true });
  }
  for (const [i, { label, png }] of images.entries()) await writeFile(join(folder, label, fileName(i)), png);
}

async function writeTar(path: string, images: readonly Required<TaskImage>[]): Promise<void> {
  const tar = pack();
  const writing = pipeline(tar, createWriteStream(path));
  // A fixed time: the same seed gives the same bytes.
  for (const { name, png } of images) tar.entry({ name, mtime: new Date(0) }, png);
  tar.finalize();
  await writing;
}
