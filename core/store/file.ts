import { isUtf8 } from 'node:buffer';
import { createHash, randomBytes } from 'node:crypto';
import type { Dirent } from 'node:fs';
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ConfigError, DataError } from '../errors.ts';
import { codeOf, fileError, isMissing } from './file-errors.ts';
import type { ListFault, Store, StoredObject } from './store.ts';

const FORBIDDEN = ['EACCES', 'EPERM'];
const TEMPORARY = /^\.[0-9a-f]{16}\.tmp$/;

/** Whether a key names a file below whatever folder it is joined to: no `..`, no empty part, no absolute path. */
export const isBelowRoot = (key: string): boolean =>
  !key.split('/').some((part) => part === '' || part === '.' || part === '..') && !key.includes('\0');

/**
 * Objects as files below a folder, which the first `put` makes. A file is written beside its place and renamed, so a
 * killed process leaves the old object or the new one. An empty folder is listed as a key that ends in `/`, as an S3
 * console writes it.
 * @param path - absolute or relative path of the folder
 */
export const fileStore = (path: string): Store => {
  const folder = resolve(path);
  const read = async <T>(key: string, action: (file: string) => Promise<T>): Promise<T | undefined> => {
    const file = pathOf(folder, key);
    try {
      return await action(file);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw fileError(error, file);
    }
  };
  const openFile = async (key: string): Promise<FileHandle> => {
    const handle = await read(key, (file) => open(file));
    if (handle === undefined) throw new DataError(`There is no file ${pathOf(folder, key)}.`);
    return handle;
  };

  return {
    root: pathToFileURL(folder).href,
    get: (key) => read(key, (file) => readFile(file)),
    has: async (key) => (await read(key, async (file) => (await stat(file)).isFile())) ?? false,
    stream: async (key) => (await openFile(key)).createReadStream(),
    async *chunks(key) {
      const handle = await openFile(key);
      try {
        yield* chunksOf(handle);
      } finally {
        await handle.close();
      }
    },
    async range(key, from, to) {
      const bytes = await read(key, (file) => readRange(file, from, to));
      if (bytes === undefined) throw new DataError(`There is no file ${pathOf(folder, key)}.`);
      return bytes;
    },
    async size(key) {
      const found = await read(key, (file) => stat(file));
      return found?.isFile() ? found.size : undefined;
    },
    async put(key, body) {
      const file = pathOf(folder, key);
      const temporary = join(dirname(file), `.${randomBytes(8).toString('hex')}.tmp`);
      try {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(temporary, body);
        await rename(temporary, file);
      } catch (error) {
        // The first failure is the one to tell about: a full disk may refuse the removal too.
        await rm(temporary, { force: true }).catch(() => undefined);
        throw fileError(error, file);
      }
    },
    async getVersion(key) {
      const body = await this.get(key);
      return body && { body, version: sha256(body) };
    },
    async putOver(key, body, over) {
      const lock = join(dirname(pathOf(folder, key)), `.${sha256(key).slice(0, 16)}.tmp`);
      return withLock(lock, async () => {
        if ((await this.getVersion(key))?.version !== over) return false;
        await this.put(key, body);
        return true;
      });
    },
    async *list(prefix, onFault) {
      if (!(await isFolder(folder))) throw new ConfigError(`There is no folder ${folder}.`);
      const start = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const below = start === '' ? folder : pathOf(folder, start.slice(0, -1));
      if (!(await isFolder(below))) return;
      const walking = { root: await realpath(folder), onFault };
      for await (const object of walk(below, start, [], walking)) if (object.key.startsWith(prefix)) yield object;
    },
  };
};

const LOCK_ATTEMPTS = 100;
const LOCK_PAUSE_MS = 20;

/** Does what takes milliseconds while no other process does so. @throws ConfigError where one has died in between */
async function withLock<T>(lock: string, action: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      await mkdir(dirname(lock), { recursive: true });
      await (await open(lock, 'wx')).close();
      break;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw fileError(error, lock);
      if (attempt === LOCK_ATTEMPTS) {
        throw new ConfigError(
          `${lock} was left by a process that has died, or is held by one. Delete it if none runs.`,
        );
      }
      await setTimeout(LOCK_PAUSE_MS);
    }
  }
  try {
    return await action();
  } finally {
    await rm(lock, { force: true });
  }
}

function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function pathOf(folder: string, key: string): string {
  if (!isBelowRoot(key)) throw new DataError(`Key "${key}" does not name an object below ${folder}.`);
  return join(folder, ...key.split('/'));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw fileError(error, path);
  }
}

/** What is read of a file at once. */
const CHUNK = 64 * 1024;

async function* chunksOf(handle: FileHandle): AsyncGenerator<Buffer> {
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(CHUNK), 0, CHUNK);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

async function readRange(file: string, from: number, to: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const bytes = Buffer.allocUnsafe(Math.max(0, to - from));
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, from + length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await handle.close();
  }
}

type OnFault = ((fault: ListFault) => void) | undefined;

interface Walking {
  /** Real path of the folder that is listed: it may be a link itself. */
  readonly root: string;
  readonly onFault: OnFault;
}

/** Depth first, in the order of whole keys: a folder sorts as its name with a slash behind it. */
async function* walk(
  path: string,
  key: string,
  above: readonly string[],
  walking: Walking,
): AsyncGenerator<StoredObject> {
  const { root, onFault } = walking;
  const opened = await openFolder(path, key, onFault);
  // A link to a folder above it would never end.
  if (opened === undefined || above.includes(opened.real)) return;
  const { real, entries } = opened;
  if (entries.length === 0 && key !== '') yield { key, size: 0 };
  const children = await Promise.all(
    entries
      .filter(({ name }) => !TEMPORARY.test(name))
      .map(async ({ name, entry }) => ({ name, found: await inspect(join(path, name), entry, root) })),
  );
  const named = children.flatMap(({ name, found }) => {
    if (found === undefined) return [];
    const child = { key: `${key}${name}${found.folder ? '/' : ''}`, name, ...found };
    if (!found.leaves) return [child];
    onFault?.({ key: child.key, why: 'leaves-folder' });
    return [];
  });
  for (const child of named.sort((a, b) => (a.key < b.key ? -1 : 1))) {
    if (child.folder) yield* walk(join(path, child.name), child.key, [...above, real], walking);
    else yield { key: child.key, size: child.size };
  }
}

/** What stands in a folder; `undefined` where it may be passed over because it cannot be opened or is gone. */
async function openFolder(path: string, key: string, onFault: OnFault) {
  try {
    const [real, found] = await Promise.all([
      realpath(path),
      readdir(path, { withFileTypes: true, encoding: 'buffer' }) as unknown as Promise<Dirent<Buffer>[]>,
    ]);
    const entries = found.flatMap((entry) => {
      const name = entry.name.toString();
      if (onFault === undefined || isUtf8(entry.name)) return [{ name, entry }];
      onFault({ key: `${key}${name}${entry.isDirectory() ? '/' : ''}`, why: 'name-not-utf-8' });
      return [];
    });
    return { real, entries };
  } catch (error) {
    if (onFault === undefined || key === '') throw fileError(error, path);
    if (isMissing(error)) return undefined;
    if (!FORBIDDEN.includes(codeOf(error) ?? '')) throw fileError(error, path);
    onFault({ key, why: 'forbidden' });
    return undefined;
  }
}

/** What stands at a path; links count as what they point to within the root, a broken one as nothing. */
async function inspect(
  path: string,
  entry: Dirent<Buffer>,
  root: string,
): Promise<{ folder: boolean; size: number; leaves: boolean } | undefined> {
  if (entry.isDirectory()) return { folder: true, size: 0, leaves: false };
  try {
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) return undefined;
    const leaves = entry.isSymbolicLink() && !isWithin(await realpath(path), root);
    return { folder: found.isDirectory(), size: found.size, leaves };
  } catch (error) {
    if (isMissing(error) || codeOf(error) === 'ELOOP') return undefined;
    // It is there, and whoever opens it is told why that fails.
    if (FORBIDDEN.includes(codeOf(error) ?? '')) return { folder: false, size: 0, leaves: false };
    throw fileError(error, path);
  }
}

/** Whether a real path is a folder or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
