import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { readTar } from '../../../core/data/pool/tar-images.ts';
import { type TaskImage, TaskUnavailableError, UNKNOWN } from '../task.ts';

/** FER2013 without its PublicTest: no task looks at it. */
export interface Fer {
  /** 100 of each class. */
  readonly labelled: readonly TaskImage[];
  /** The rest of *Training*, with FER2013's own labels. */
  readonly pool: readonly TaskImage[];
}

const MAX_BYTES = 1 << 20;

/**
 * Reads `fer2013/labelled/<class>/*.png`, `fer2013/pool/*.tar` and the pool's labels in `fer2013/pool-truth.csv` (`file`,
 * `fer_label`).
 * @throws TaskUnavailableError when there is no such folder
 */
export const readFer = async (faces: string | undefined): Promise<Fer> => {
  const folder = join(placeOf(faces), 'fer2013');
  const rows = parse(await readFile(join(folder, 'pool-truth.csv')), { columns: true }) as Record<string, string>[];
  const labels = new Map(rows.map(({ file = '', fer_label = '' }) => [file, fer_label]));
  return {
    labelled: await readClassFolders(join(folder, 'labelled')),
    pool: (await readTars(join(folder, 'pool'))).map(({ name, png }) => ({ name, png, label: labels.get(name)! })),
  };
};

/** Faces of `utkface-adult/pool/*.tar`, which nobody labelled. @throws TaskUnavailableError when there is no such folder */
export const readUtkFace = async (faces: string | undefined): Promise<TaskImage[]> =>
  (await readTars(join(placeOf(faces), 'utkface-adult/pool'))).map((image) => ({ ...image, label: UNKNOWN }));

function placeOf(faces: string | undefined): string {
  if (faces === undefined) throw new TaskUnavailableError('FER2013 is not given. Name its folder with --faces.');
  if (!existsSync(faces)) throw new TaskUnavailableError(`--faces: ${faces} is not there.`);
  return faces;
}

async function readClassFolders(folder: string): Promise<TaskImage[]> {
  const images: TaskImage[] = [];
  for (const label of (await readdir(folder)).sort()) {
    for (const name of (await readdir(join(folder, label))).sort()) {
      images.push({ label, name, png: await readFile(join(folder, label, name)) });
    }
  }
  return images;
}

async function readTars(folder: string): Promise<{ name: string; png: Buffer }[]> {
  const images: { name: string; png: Buffer }[] = [];
  for (const tar of (await readdir(folder)).sort()) {
    const stream = createReadStream(join(folder, tar));
    for await (const item of readTar({ uri: join(folder, tar), name: tar, stream }, MAX_BYTES)) {
      if (item.kind === 'encoded') images.push({ name: item.key.slice(tar.length + 1), png: item.bytes });
    }
  }
  return images;
}
