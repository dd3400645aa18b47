import type { Stats } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { codecOf, isHidden, kindOfName } from '../../core/data/image-files.ts';
import { poolFormatOf } from '../../core/data/pool/registry.ts';
import { HEAD_BYTES } from '../../core/data/refusal.ts';
import { ConfigError, messageOf } from '../../core/errors.ts';
import { type PassedOver, passedOver } from '../../core/plan/pool-census.ts';
import { fileStore, isWithin } from '../../core/store/file.ts';
import { folderOf, splitFragment } from '../../core/store/uri.ts';

/** What a place is to the run: it says which files of a folder are read. */
export type Role = 'labelled' | 'pool';

/** A file to upload, by its path in its folder. */
export interface LocalFile {
  readonly key: string;
  readonly path: string;
  readonly size: number;
}

/** What of a place goes to the bucket, sorted by key, and what does not. */
export interface FoundFiles {
  /** The folder, or the file. */
  readonly path: string;
  readonly files: readonly LocalFile[];
  readonly left: Pick<PassedOver, 'counts' | 'words'>;
}

/** Tables of labels and names of classes, which stand beside images; of a pool they are nobody's input. */
const LABELS = /\.(csv|tsv|txt|lst|list|jsonl|ndjson)$/i;
/** Offsets of the records of an archive, which stand beside it. */
const INDEX = /\.idx$/i;

/**
 * The files of a place of this machine that some reader reads: images, archives, and tables of labels. Links that leave the
 * folder are not followed, since whoever filled it need not be who uploads it.
 * @param uri - `file:///PATH`, with or without a `#fragment`
 * @param only - of a folder: these files of it, by their paths in there, instead of all
 * @throws ConfigError where there is nothing to upload, or it cannot be read
 */
export const findFiles = async (uri: string, role: Role, only?: readonly string[]): Promise<FoundFiles> => {
  const path = folderOf(splitFragment(uri).uri);
  const left = passedOver();
  const found = only === undefined ? await filesBelow(path, role, left) : await filesOf(path, only, left);
  if (found.length === 0) {
    const words = left.words === '' ? 'There is no file in' : 'Nothing is read of';
    throw new ConfigError(`${words} ${path}${left.words === '' ? '' : `: it holds ${left.words}`}.`);
  }
  return { path, files: found.sort((a, b) => (a.key < b.key ? -1 : 1)), left };
};

async function filesBelow(path: string, role: Role, left: PassedOver): Promise<LocalFile[]> {
  const given = await statOf(path);
  // Whoever names a single file has chosen it, whatever it is called.
  if (given.isFile()) return [{ key: keyOf(path), path, size: given.size }];
  const files: LocalFile[] = [];
  for await (const { key, size } of fileStore(path).list('', left.addFault)) {
    // An empty folder is listed with a slash at its end.
    if (key.endsWith('/')) continue;
    if (await isInput(join(path, key), key, role)) files.push({ key, path: join(path, key), size });
    else left.add(key);
  }
  return files;
}

/** Some files of a folder that are known to be inputs, as far as they lie in it. */
async function filesOf(path: string, keys: readonly string[], left: PassedOver): Promise<LocalFile[]> {
  const root = await realpath(path);
  const files: LocalFile[] = [];
  for (const key of keys) {
    const file = join(path, key);
    if (isWithin(await realpath(file), root)) files.push({ key, path: file, size: (await statOf(file)).size });
    else left.addFault({ key, why: 'leaves-folder' });
  }
  return files;
}

/** A # in a place picks rows of a CSV, so no key of a single file may hold one. */
function keyOf(path: string): string {
  return basename(path).replaceAll('#', '_');
}

async function isInput(path: string, key: string, role: Role): Promise<boolean> {
  if (isHidden(key)) return false;
  const kind = kindOfName(key);
  if (kind === 'image' || INDEX.test(key)) return true;
  // A name that says nothing may be that of an image, or of a key to somebody's house.
  if (kind === 'unknown') return codecOf(await headOf(path)) !== undefined;
  return poolFormatOf(key) !== undefined || (role === 'labelled' && LABELS.test(key));
}

async function headOf(path: string): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
}

async function statOf(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
}
