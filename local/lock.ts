import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { ConfigError, messageOf } from '../core/errors.ts';
import { codeOf, fileError } from '../core/store/file-errors.ts';

/** What the lock file tells people; that the lock is held, the operating system knows alone. */
const Owner = z.object({ pid: z.number().int(), host: z.string(), since: z.string() });

/** Node closes a file that nobody refers to any more when it collects garbage, and with it goes the lock. */
const held = new Set<FileHandle>();

/**
 * Takes a lock file, so that two processes do not write one run at once. It is a lock of the operating system, which
 * ends with its process however that ends: what a dead process left behind, or the same process number given to
 * another program, never blocks, and of several that come at once exactly one gets it. The file itself stays: two
 * processes could otherwise lock two files of the same name.
 * @param what - what is locked, for the message, e.g. `Run main`
 * @returns a function that gives the lock back
 * @throws ConfigError while another process holds it, naming that process, since when and the way out; and for a place
 * where no lock can be written or held
 */
export const takeLock = async (path: string, what: string): Promise<() => Promise<void>> => {
  const handle = await openFile(path);
  try {
    if (!tryLock(handle.fd)) throw new ConfigError(await heldBy(handle, path, what));
    const owner: z.infer<typeof Owner> = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
    const { bytesWritten } = await handle.write(`${JSON.stringify(owner)}\n`, 0);
    await handle.truncate(bytesWritten);
  } catch (error) {
    await handle.close();
    throw lockError(error, path);
  }
  held.add(handle);
  return async () => {
    try {
      await handle.truncate();
    } finally {
      held.delete(handle);
      await handle.close();
    }
  };
};

async function openFile(path: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return await open(path, constants.O_RDWR | constants.O_CREAT);
  } catch (error) {
    throw fileError(error, path);
  }
}

/** The library is native: where it has no build for a machine, only what needs the lock fails. */
function tryLock(fd: number): boolean {
  let library: { readonly tryLock: (fd: number) => boolean };
  try {
    library = createRequire(import.meta.url)('fs-native-extensions') as typeof library;
  } catch (cause) {
    throw new ConfigError(
      `File locks do not work on this machine (${process.platform}-${process.arch}): ${messageOf(cause)}. ` +
        'Install the packages again with `npm ci`.',
      { cause },
    );
  }
  return library.tryLock(fd);
}

async function heldBy(handle: FileHandle, path: string, what: string): Promise<string> {
  // The owner writes its name just after it got the lock.
  const owner = await ownerOf(handle);
  const who = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host} since ${owner.since}`;
  return (
    `${what} is being executed by ${who} (${path}). Wait for it, end that process, or choose another run id. ` +
    'The lock ends with the process that holds it; nothing has to be deleted.'
  );
}

async function ownerOf(handle: FileHandle): Promise<z.infer<typeof Owner> | undefined> {
  try {
    return Owner.safeParse(JSON.parse(await handle.readFile('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** File systems that know no locks, e.g. of a network without a lock service. */
const WITHOUT_LOCKS = ['ENOLCK', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];

function lockError(error: unknown, path: string): Error {
  const code = codeOf(error) ?? '';
  if (!WITHOUT_LOCKS.includes(code)) return fileError(error, path);
  return new ConfigError(
    `${path} lies on a file system without file locks (${code}). Choose an output folder on another disk.`,
    { cause: error },
  );
}
