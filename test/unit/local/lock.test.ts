import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError } from '../../../core/errors.ts';
import { takeLock } from '../../../local/lock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const LOCK = pathToFileURL(join(import.meta.dirname, '../../../local/lock.ts')).href;

/** A process of its own that can take locks; it lives until it is killed. */
const startProcess = (
  code: string,
  flags: readonly string[] = [],
): { child: ChildProcess; lines: AsyncIterator<string> } => {
  const program = `import { takeLock } from '${LOCK}'; ${code} setInterval(() => {}, 1000);`;
  const args = [...flags, '--import', 'tsx', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout! })[Symbol.asyncIterator]() };
};

const holder = async (path: string): Promise<ChildProcess> => {
  const { child, lines } = startProcess(`await takeLock(${JSON.stringify(path)}, 'Run main'); console.log('held');`);
  await lines.next();
  return child;
};

describe('Function: takeLock', () => {
  it('keeps a second run of the same id out while the first one lives, and lets it in afterwards', async () => {
    const path = join(temporaryFolder(), 'deep', 'run.lock');
    const release = await takeLock(path, 'Run main');
    await expect(takeLock(path, 'Run main')).rejects.toThrow(ConfigError);
    await release();
    expect(readFileSync(path, 'utf8')).toBe('');
    await (await takeLock(path, 'Run main'))();
  });

  it('says which process holds the lock, since when, and how to go on', async () => {
    const path = join(temporaryFolder(), 'run.lock');
    const child = await holder(path);
    const refusal = takeLock(path, 'Run main');
    await expect(refusal).rejects.toThrow(
      `Run main is being executed by process ${child.pid} on ${hostname()} since 2`,
    );
    await expect(refusal).rejects.toThrow('Wait for it, end that process, or choose another run id.');
  });

  it('goes on at once after a process that was killed with the lock in its hands', async () => {
    const path = join(temporaryFolder(), 'run.lock');
    const child = await holder(path);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await takeLock(path, 'Run main'))();
  });

  it('holds until its process ends, though the garbage collector runs and nobody has kept what gives it back', async () => {
    const path = join(temporaryFolder(), 'run.lock');
    const { lines } = startProcess(
      `await (async () => void (await takeLock(${JSON.stringify(path)}, 'Run main')))();
      for (let i = 0; i < 5; i++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        globalThis.gc();
      }
      console.log('collected');`,
      ['--expose-gc'],
    );
    await lines.next();
    await expect(takeLock(path, 'Run main')).rejects.toThrow('Run main is being executed by process');
  });

  it.each([
    ['whose process number another living program has', `{"pid":${process.ppid},"startedAt":1.5}`],
    ['that names process 1, which never ends', '{"pid":1,"host":"here","since":"2026-01-01T00:00:00.000Z"}'],
    ['that a power cut left half written', '{"pi'],
  ])('is not blocked by a lock file %s: nobody must delete files', async (_, content) => {
    const path = join(temporaryFolder(), 'run.lock');
    writeFileSync(path, content);
    const release = await takeLock(path, 'Run main');
    expect(JSON.parse(readFileSync(path, 'utf8')).pid).toBe(process.pid);
    await release();
  });

  it('lets exactly one of six processes go on that find a dead owner at the same moment', async () => {
    const folder = temporaryFolder();
    const rounds = 60;
    for (let round = 0; round < rounds; round++) writeFileSync(join(folder, String(round)), '{"pid":999999}');
    const code = `
      process.stdin.once('data', async () => {
        const won = [];
        for (let round = 0; round < ${rounds}; round++) {
          await takeLock(${JSON.stringify(folder)} + '/' + round, 'Run').then(() => won.push(round), () => {});
        }
        console.log(JSON.stringify(won));
      });
      console.log('ready');`;
    const processes = Array.from({ length: 6 }, () => startProcess(code));
    for (const { lines } of processes) await lines.next();
    for (const { child } of processes) child.stdin!.write('go\n');
    const won = await Promise.all(
      processes.map(async ({ lines }) => JSON.parse((await lines.next()).value) as number[]),
    );
    expect(won.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: rounds }, (_, round) => round));
  }, 200_000);

  it.runIf(existsSync('/dev/full'))('says what to do when the disk is full', async () => {
    const path = join(temporaryFolder(), 'run.lock');
    // Every write to this device meets a full disk.
    symlinkSync('/dev/full', path);
    await expect(takeLock(path, 'Run main')).rejects.toThrow(/the disk is full\. Free space .*\(ENOSPC\)/);
  });

  it('says what to do where a folder stands in the way, and where nothing may be written', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'run.lock'));
    await expect(takeLock(join(folder, 'run.lock'), 'Run')).rejects.toThrow('is a folder, not a file (EISDIR)');
    chmodSync(folder, 0o500);
    if (process.getuid?.() !== 0) {
      await expect(takeLock(join(folder, 'other'), 'Run')).rejects.toThrow('Change its permissions');
    }
  });
});
