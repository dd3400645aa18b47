import { mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../core/errors.ts';

const Owner = z.object({ pid: z.number().int(), startedAt: z.number() });

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process is there but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** The same process number may come again in a container: the start time tells this process from a former one. */
const holds = ({ pid, startedAt }: z.infer<typeof Owner>): boolean =>
  pid === process.pid ? startedAt === performance.timeOrigin : exists(pid);

const ownerOf = async (path: string): Promise<z.infer<typeof Owner> | undefined> => {
  try {
    return Owner.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
};

/**
 * Takes a lock file, so that two processes do not write one run at once; one that a dead process left is taken over.
 * @returns a function that gives the lock back
 * @throws ConfigError while a living process holds it
 */
export const takeLock = async (path: string, what: string): Promise<() => Promise<void>> => {
  await mkdir(dirname(path), { recursive: true });
  const content = JSON.stringify({ pid: process.pid, startedAt: performance.timeOrigin });
  for (let attempt = 1; ; attempt++) {
    try {
      await writeFile(path, content, { flag: 'wx' });
      return () => unlink(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = await ownerOf(path);
      if ((owner !== undefined && holds(owner)) || attempt === 2) {
        throw new ConfigError(
          `${what} is being executed by process ${owner?.pid ?? 'unknown'} (${path}). Wait for it, or choose another run id.`,
        );
      }
      await unlink(path);
    }
  }
};
