import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Places, TaskData, TaskImage } from '../../../../bench/tasks/task.ts';
import { encodePng } from '../../../../core/format/png.ts';

/** Nothing but what is drawn can be had. */
export const NO_PLACES: Places = { cache: '/nowhere' };

/** A plain image that is like no other of another number below 65,536. */
export const numberedPng = (number: number): Buffer =>
  encodePng(
    Uint8Array.from({ length: 16 }, (_, i) => [number & 255, number >> 8][i % 2]!),
    4,
    4,
    1,
  );

export const numbered = (label: string, numbers: readonly number[]): TaskImage[] =>
  numbers.map((number) => ({ label, png: numberedPng(number) }));

/** Images that stand in two of the three parts. */
export const sharedImages = ({ labelled, pool, benchmark }: TaskData): number => {
  const parts = [labelled, pool, benchmark].map((part) => new Set(part.map(({ png }) => png.toString('base64'))));
  const all = new Set(parts.flatMap((part) => [...part]));
  return parts.reduce((sum, { size }) => sum + size, 0) - all.size;
};

/** Bytes of an IDX file. */
export const idxOf = (shape: readonly number[], data: Uint8Array): Buffer => {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  for (const [i, length] of shape.entries()) head.writeUInt32BE(length, 4 + 4 * i);
  return Buffer.concat([head, data]);
};

/** One hash over all names and contents of a folder. */
export const hashOf = async (folder: string): Promise<string> => {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file.slice(folder.length)).update(await readFile(file));
  return hash.digest('hex');
};
