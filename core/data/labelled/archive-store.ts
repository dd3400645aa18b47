import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { DataError, messageOf, OmnidistillError } from '../../errors.ts';
import { randomAccess } from '../../store/blocks.ts';
import type { Store, StoredObject } from '../../store/store.ts';
import { uriOf } from '../../store/uri.ts';
import { loadEntry, openZip, pathOfEntry } from '../archives/zip-entries.ts';
import { isJunk } from '../junk-files.ts';
import { type Refusal, RefusedError } from '../refusal.ts';
import { splitKindOf } from './split-names.ts';
import { membersOf } from './tar-samples.ts';

export type ArchiveKind = 'zip' | 'tar' | 'tar.gz';

/** A file of an archive: how long it is, and its bytes or why they cannot be read. */
interface Packed {
  readonly size: number;
  load(): Promise<Buffer | Refusal>;
}

/** What somebody has labelled fits: paths are held, of a tar that is packed with gzip all files, of others the one that is asked for. */
const MOST_FILES = 2_000_000;
const MOST_UNPACKED = 512 * 1024 * 1024;
const MOST_FILE = 512 * 1024 * 1024;

/**
 * The files of a zip or a tar as objects of a store of their own, so that what reads a folder reads an archive of one. What holds
 * all others, as archives mostly have one, is no part of their keys.
 * @param kind - what the archive is by its first bytes
 * @throws DataError on one that is none, damaged or too large to be read this way
 */
export async function openArchive(store: Store, key: string, kind: ArchiveKind): Promise<Store> {
  const uri = uriOf(store.root, key);
  const all = FILES_OF[kind](store, key);
  const files = new Map<string, Packed>();
  try {
    for await (const [path, file] of all) {
      const name = posix.normalize(path).replace(/^(\.{0,2}\/)+/, '');
      if (name === '' || name.endsWith('/') || isJunk(name)) continue;
      if (files.size === MOST_FILES) throw new DataError(`${uri} holds more than ${MOST_FILES} files.`);
      files.set(name, file);
    }
  } catch (error) {
    if (error instanceof OmnidistillError) throw error;
    throw new DataError(`${uri} is no whole ${kind} (${messageOf(error)}). Bring it again.`, { cause: error });
  }
  if (files.size === 0) throw new DataError(`${uri} holds no file.`);
  return storeOf(uri, withoutRoof(files));
}

const FILES_OF = { zip: filesOfZip, tar: filesOfTar, 'tar.gz': filesOfPackedTar } as const;

async function* filesOfZip(store: Store, key: string): AsyncGenerator<readonly [string, Packed]> {
  const opened = await openZip(store, key);
  for await (const entry of opened.zip.eachEntry()) {
    yield [pathOfEntry(entry), { size: entry.uncompressedSize, load: () => loadEntry(opened, entry, MOST_FILE) }];
  }
}

async function* filesOfTar(store: Store, key: string): AsyncGenerator<readonly [string, Packed]> {
  const read = randomAccess(store, key, (await store.size(key)) ?? 0);
  for await (const { path, size, offset } of membersOf(store, key, false)) {
    yield [path, { size, load: async () => bounded(size) ?? read(offset, offset + size) }];
  }
}

/** The first file that is asked for unpacks all of them: gzip cannot be entered anywhere but at its start. */
async function* filesOfPackedTar(store: Store, key: string): AsyncGenerator<readonly [string, Packed]> {
  let unpacked: Promise<ReadonlyMap<string, Buffer>> | undefined;
  for await (const { path, size } of membersOf(store, key, true)) {
    const load = async (): Promise<Buffer> => {
      unpacked ??= unpackAll(store, key);
      return (await unpacked).get(path)!;
    };
    yield [path, { size, load }];
  }
}

async function unpackAll(store: Store, key: string): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  let sum = 0;
  for await (const { path, size, read } of membersOf(store, key, true)) {
    sum += size;
    if (sum > MOST_UNPACKED) {
      throw new DataError(
        `${uriOf(store.root, key)} unpacks to more than ${MOST_UNPACKED} bytes, which is all that is held of a labelled set packed ` +
          'with gzip. Unpack it, or make a .zip or a .tar of it.',
      );
    }
    const bytes = await read();
    if (bytes !== undefined) files.set(path, bytes);
  }
  return files;
}

function bounded(size: number): Refusal | undefined {
  return size <= MOST_FILE
    ? undefined
    : { reason: 'too-many-bytes', detail: `${size} bytes, at most ${MOST_FILE} are read` };
}

/** Takes folders off that hold all of it and are neither class nor split: below them are folders again. */
function withoutRoof(files: ReadonlyMap<string, Packed>): ReadonlyMap<string, Packed> {
  const [first] = files.keys();
  let roof = '';
  for (const name of (first ?? '').split('/').slice(0, -2)) {
    const next = `${roof}${name}/`;
    if (splitKindOf(name) !== undefined || ![...files.keys()].every((path) => path.startsWith(next))) break;
    roof = next;
  }
  return roof === '' ? files : new Map([...files].map(([path, file]) => [path.slice(roof.length), file]));
}

function storeOf(root: string, files: ReadonlyMap<string, Packed>): Store {
  const get = async (key: string): Promise<Buffer | undefined> => {
    const loaded = await files.get(key)?.load();
    if (loaded === undefined || Buffer.isBuffer(loaded)) return loaded;
    throw new RefusedError(`${root}/${key}`, loaded);
  };
  const mustGet = async (key: string): Promise<Buffer> => {
    const bytes = await get(key);
    if (bytes === undefined) throw new DataError(`There is no ${root}/${key}.`);
    return bytes;
  };
  const refused = (): Promise<never> => Promise.reject(new DataError(`Nothing is written into ${root}.`));
  return {
    root,
    get,
    stream: async (key) => Readable.from([await mustGet(key)]),
    range: async (key, from, to) => (await mustGet(key)).subarray(from, to),
    size: async (key) => files.get(key)?.size,
    has: async (key) => files.has(key),
    put: refused,
    putOver: refused,
    getVersion: refused,
    async *list(prefix): AsyncGenerator<StoredObject> {
      for (const key of [...files.keys()].sort()) if (key.startsWith(prefix)) yield { key, size: files.get(key)!.size };
    },
  };
}
