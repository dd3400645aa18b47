import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../core/errors.ts';
import { takeLock } from '../../../local/lock.ts';
import { temporaryFolder } from './fixture.ts';

describe('Function: takeLock', () => {
  it('keeps a second run of the same id out while the first one lives, and lets it in afterwards', async () => {
    const path = join(temporaryFolder(), 'deep', 'run.lock');
    const release = await takeLock(path, 'Run main');
    await expect(takeLock(path, 'Run main')).rejects.toThrow(ConfigError);
    await expect(takeLock(path, 'Run main')).rejects.toThrow(`Run main is being executed by process ${process.pid}`);
    await release();
    expect(existsSync(path)).toBe(false);
    await (await takeLock(path, 'Run main'))();
  });

  it('respects another living process', async () => {
    const path = join(temporaryFolder(), 'run.lock');
    writeFileSync(path, JSON.stringify({ pid: process.ppid, startedAt: 1 }));
    await expect(takeLock(path, 'Run main')).rejects.toThrow(String(process.ppid));
  });

  it.each([
    [
      'a process that is gone',
      async () => {
        const child = spawn(process.execPath, ['-e', '']);
        await once(child, 'exit');
        return JSON.stringify({ pid: child.pid, startedAt: 1 });
      },
    ],
    ['an earlier process with the same number', async () => JSON.stringify({ pid: process.pid, startedAt: 1 })],
    ['a power cut in the middle of writing', async () => '{"pi'],
  ])('takes over what %s has left, so that nobody must delete files', async (_, content) => {
    const path = join(temporaryFolder(), 'run.lock');
    writeFileSync(path, await content());
    const release = await takeLock(path, 'Run main');
    expect(JSON.parse(readFileSync(path, 'utf8')).pid).toBe(process.pid);
    await release();
  });
});
