import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../local/events.ts';
import { takeLock } from '../../../local/lock.ts';
import { runLocally } from '../../../local/run.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { writeAssembly } from './fixture.ts';
import { isAlive, until } from './processes.ts';

const shard = (out: string, index: number, file: string): string =>
  join(out, 'runs', 'main', 'round-0', 'shards', `0000${index}`, file);

const start = async (assemblyOptions: Parameters<typeof writeAssembly>[1], input: unknown = {}) => {
  const assembly = await writeAssembly(temporaryFolder(), assemblyOptions);
  const out = join(temporaryFolder(), 'out');
  const events: RunEvent[] = [];
  const stop = new AbortController();
  const again = () =>
    runLocally({
      input,
      outFolder: out,
      runId: 'main',
      maxJobs: 2,
      onEvent: (event) => events.push(event),
      assembly,
      signal: stop.signal,
      graceMs: 300,
    });
  return { out, events, stop, again, running: again() };
};

describe('Function: runLocally', () => {
  it('retries a transient shard, records a broken one, and does nothing twice', async () => {
    const { out, events, running, again } = await start({});
    await running;
    expect(readFileSync(shard(out, 0, 'attempts'), 'utf8')).toBe('1@SpotQueue\n');
    expect(readFileSync(shard(out, 1, 'attempts'), 'utf8')).toBe('1@SpotQueue\n2@SpotQueue\n');
    expect(readFileSync(shard(out, 2, 'attempts'), 'utf8')).toBe('1@SpotQueue\n1@OnDemandQueue\n');
    expect(existsSync(shard(out, 1, 'stats.json'))).toBe(true);
    expect(existsSync(shard(out, 2, 'stats.json'))).toBe(false);
    expect(events.flatMap((event) => (event.type === 'stage-started' ? [`${event.stage} ${event.jobs}`] : []))).toEqual(
      ['Plan 0', 'MineShards 3'],
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'stage-ended',
        stage: 'Plan',
        output: { runId: 'main', round: 0, shards: [0, 1, 2], store: pathToFileURL(out).href },
      }),
    );

    await again();

    expect(readFileSync(shard(out, 0, 'attempts'), 'utf8')).toBe('1@SpotQueue\n');
    await (await takeLock(join(out, 'runs', 'main', 'run.lock'), 'Run main'))();
  });

  it('says what the function said, word for word, with its name and exit code', async () => {
    const { running } = await start({}, { bad: true });
    await expect(running).rejects.toMatchObject({
      name: 'ConfigError',
      exitCode: 64,
      message: 'labelled: must start with s3:// or file:///.',
    });
  });

  it('says what the failing job said and where its log lies, and runs no more jobs', async () => {
    const { out, running } = await start({ failing: 'fatal' }, { shards: [2, 2, 0, 0, 0, 0, 0, 0] });
    const error = await running.catch((caught: unknown) => caught);
    const log = join(out, 'runs', 'main', 'logs', 'round-0-shards-00002.log');
    expect(error).toMatchObject({ name: 'States.ExceedToleratedFailureThreshold', exitCode: 65 });
    expect((error as Error).message).toContain(`cut at byte 9 (Job round-0-shards-00002, log ${log})`);
    expect(readFileSync(log, 'utf8')).toContain('cut at byte 9');
  });

  it('leaves no process when it is stopped, and frees the run', async () => {
    const { out, stop, running } = await start({ environment: { BEHAVIOUR: 'hang', STUBBORN: 'yes' } });
    const caught = running.catch((error: unknown) => error);
    await until(() =>
      [0, 1].every(
        (index) => existsSync(shard(out, index, 'pid')) && readFileSync(shard(out, index, 'pid'), 'utf8') !== '',
      ),
    );
    const pids = [0, 1].map((index) => Number(readFileSync(shard(out, index, 'pid'), 'utf8')));
    stop.abort();
    expect(await caught).toMatchObject({ name: 'RunStoppedError' });
    expect(pids.some(isAlive)).toBe(false);
    expect(existsSync(shard(out, 2, 'pid'))).toBe(false);
    await (await takeLock(join(out, 'runs', 'main', 'run.lock'), 'Run main'))();
  });

  it('leaves no process when it is killed itself', async () => {
    const folder = temporaryFolder();
    const assembly = await writeAssembly(folder, { environment: { BEHAVIOUR: 'hang' } });
    const out = join(folder, 'out');
    const options = { input: { shards: [0] }, outFolder: out, runId: 'main', assembly };
    writeFileSync(
      join(folder, 'runner.mts'),
      `import { takeLock } from '../../../local/lock.ts';
import { runLocally } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../../local/run.ts')).href)};
       await runLocally({ ...${JSON.stringify(options)}, onEvent: () => {} });`,
    );
    const runner = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), join(folder, 'runner.mts')], {
      stdio: 'inherit',
    });
    await until(() => existsSync(shard(out, 0, 'pid')) && readFileSync(shard(out, 0, 'pid'), 'utf8') !== '');
    const pid = Number(readFileSync(shard(out, 0, 'pid'), 'utf8'));
    runner.kill('SIGKILL');
    await until(() => !isAlive(pid));
    expect(isAlive(pid)).toBe(false);
  });

  it('names an output folder that cannot be written before anything runs', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const running = runLocally({ input: {}, outFolder: join(file, 'out'), runId: 'main', onEvent: () => {} });
    await expect(running).rejects.toMatchObject({ name: 'ConfigError', exitCode: 64 });
    await expect(running).rejects.toThrow(join(file, 'out'));
  });
});
