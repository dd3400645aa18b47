import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { labelledSetFile } from '../../../core/artifacts/inputs.ts';
import { statsFile } from '../../../core/artifacts/job.ts';
import { planFile } from '../../../core/artifacts/run.ts';
import { shardFiles } from '../../../core/artifacts/shard.ts';
import { modelFolder } from '../../../core/contracts/keys.ts';
import { JOBS } from '../../../core/contracts/stages.ts';
import { fileStore } from '../../../core/store/file.ts';
import type { Store } from '../../../core/store/store.ts';
import { processEngine } from '../../../local/batch/process-engine.ts';
import { collect } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { toyConfig, toyPlan, toySet } from '../../support/toy.ts';
import { attemptOf } from '../local/fixture.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
// Below node_modules, or the bundle would not find its packages.
const BUNDLE_FOLDER = resolve(ROOT, `node_modules/.cache/omnidistill-worker-test-${process.pid}`);
const BUNDLE = `${BUNDLE_FOLDER}/worker.mjs`;

interface Ended {
  /** As a container's init and the local runner count: 128 and the signal's number where a signal ended it. */
  readonly code: number;
  readonly lines: readonly { event: string; message?: string; done?: number }[];
}

interface Started {
  readonly child: ChildProcess;
  /** What it printed so far. */
  output(): string;
  readonly ended: Promise<Ended>;
}

/** Starts the worker as Batch does: by its arguments and its environment alone. */
const start = (args: readonly string[], environment: Readonly<Record<string, string>>): Started => {
  const child = spawn(process.execPath, [BUNDLE, ...args], {
    env: { PATH: process.env.PATH, OMNIDISTILL_BACKEND: 'wasm', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals | null)[]) => ({
    code: signal === null ? Number(code) : 128 + constants.signals[signal as NodeJS.Signals],
    lines: text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line)),
  }));
  return { child, output: () => text, ended };
};

const work = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  start(args, environment).ended;

const begin = async (steps = 2): Promise<{ store: Store; environment: Record<string, string> }> => {
  const folder = temporaryFolder();
  const store = fileStore(folder);
  const config = toyConfig();
  const plan = toyPlan({
    benchmarks: { held: 'file:///held' },
    config: { ...config, primitive: { ...config.primitive, steps } },
    labelledCounts: [4, 4],
  });
  await planFile('r').write(store, plan);
  await labelledSetFile('r').write(store, toySet(4, 2, 1));
  const environment = {
    OMNIDISTILL_STORE: pathToFileURL(folder).href,
    OMNIDISTILL_RUN_ID: 'r',
    OMNIDISTILL_ROUND: '0',
    OMNIDISTILL_ROLE: 'primitive',
    OMNIDISTILL_SEED: '0',
    OMNIDISTILL_SHARD: '0',
  };
  return { store, environment };
};

const last = ({ lines }: Ended) => lines.at(-1);
const FOLDER = modelFolder('r', 'primitive', 0, 0);

describe('the worker', () => {
  beforeAll(async () => {
    const entry = resolve(ROOT, 'containers/worker/main.ts');
    const options = { bundle: true, platform: 'node', format: 'esm', packages: 'external' } as const;
    await build({ ...options, entryPoints: [entry], outfile: BUNDLE });
  });

  afterAll(() => rm(BUNDLE_FOLDER, { recursive: true, force: true }));

  it('does its job, reports in lines of JSON and leaves its stats', async () => {
    const { store, environment } = await begin();
    const ended = await work(['train'], environment);
    expect(ended.code).toBe(0);
    expect(last(ended)).toEqual({ event: 'progress', done: 2, total: 2, unit: 'steps' });
    const written = (await collect(store.list(FOLDER))).map(({ key }) => key.slice(FOLDER.length + 1));
    expect(written).toEqual(['log.jsonl', 'model.json', 'model.safetensors', 'prototypes.safetensors', 'stats.json']);
  });

  it('names the kinds of job it knows when it is given none of them, and is not tried again', async () => {
    const ended = await work(['mien']);
    expect(ended.code).toBe(64);
    expect(last(ended)).toMatchObject({
      event: 'log',
      level: 'error',
      message: expect.stringContaining(
        'must be one of prepare, train, mine, compare, pretrain, label, distill, privacy, evaluate. Received mien.',
      ),
    });
  });

  it('names every field of its environment that is missing or wrong', async () => {
    const { environment } = await begin();
    const { OMNIDISTILL_SEED: _, ...rest } = environment;
    const ended = await work(['train'], { ...rest, OMNIDISTILL_ROLE: 'teacher' });
    expect(ended.code).toBe(64);
    const { message } = last(ended)!;
    expect(message).toMatch(/^ConfigError: Invalid worker environment\./);
    expect(message).toContain('OMNIDISTILL_SEED: ');
    expect(message).toContain('OMNIDISTILL_ROLE: ');
    expect(message).not.toContain('OMNIDISTILL_ROUND');
  });

  it('does nothing where its stats stand, so that a redrive costs nothing', async () => {
    const { store, environment } = await begin();
    await store.put(statsFile(FOLDER, JOBS.train.counts).key, '{}');
    const ended = await work(['train'], environment);
    expect(ended.code).toBe(0);
    expect(ended.lines).toEqual([{ event: 'log', level: 'info', message: `${FOLDER} is done already` }]);
    expect(await collect(store.list(FOLDER))).toHaveLength(1);
  });

  it('leaves word of why it failed beside its outputs, for the aggregate to tell', async () => {
    const { store, environment } = await begin();
    const ended = await work(['mine'], environment);
    expect(ended.code).toBe(65);
    const error = await shardFiles('r', 0, 0).error.read(store);
    expect(error).toMatchObject({ name: 'DataError', exitCode: 65, message: expect.stringContaining('shards/00000') });
    expect(await shardFiles('r', 0, 0).stats.exists(store)).toBe(false);
  });

  it('keeps its state and ends with 143 in the middle of training when it is told to, and goes on from there', async () => {
    const steps = 60;
    const whole = await begin(steps);
    expect((await work(['train'], whole.environment)).code).toBe(0);

    const { store, environment } = await begin(steps);
    const { child, output, ended } = start(['train'], environment);
    await expect.poll(output, { timeout: 30_000, interval: 10 }).toContain('"progress"');
    child.kill('SIGTERM');
    const told = performance.now();
    const stopped = await ended;
    expect(stopped.code).toBe(143);
    expect(performance.now() - told).toBeLessThan(5000);
    expect(last(stopped)?.message).toContain('Told to stop. The next attempt goes on from file://');
    const left = (await collect(store.list(FOLDER))).map(({ key }) => key.slice(FOLDER.length + 1));
    expect(left).toEqual([expect.stringMatching(/^checkpoints\/\d+\.primitive\.0\.safetensors$/)]);

    const resumed = await work(['train'], environment);
    expect(resumed.code).toBe(0);
    expect(resumed.lines.find(({ event }) => event === 'progress')?.done).toBeGreaterThan(1);
    for (const file of ['model.safetensors', 'prototypes.safetensors', 'log.jsonl']) {
      expect((await store.get(`${FOLDER}/${file}`))!.equals((await whole.store.get(`${FOLDER}/${file}`))!), file).toBe(
        true,
      );
    }
  }, 200_000);

  it('does one job after the other where a runner listens, each to the bits that a process of its own would give', async () => {
    const { store, environment } = await begin();
    const { engine, close } = processEngine(BUNDLE_FOLDER);
    onTestFinished(close);
    const logs: string[] = [];
    for (const [kind, told] of [
      ['train', { OMNIDISTILL_SEED: '0' }],
      ['train', { OMNIDISTILL_ROLE: 'fold', OMNIDISTILL_SEED: '1' }],
    ] as const) {
      const logFile = join(temporaryFolder(), 'log');
      const attempt = attemptOf({
        name: kind,
        command: ['node', 'worker.mjs', kind],
        environment: { PATH: process.env.PATH!, OMNIDISTILL_BACKEND: 'wasm', ...environment, ...told },
        logFile,
        graceMs: 1000,
      });
      const end = await engine(attempt);
      expect(end).toMatchObject({ exitCode: 0 });
      logs.push(readFileSync(logFile, 'utf8'));
    }
    expect(logs[1]).toContain('"done":2');

    const alone = await begin();
    await work(['train'], { ...alone.environment, OMNIDISTILL_ROLE: 'fold', OMNIDISTILL_SEED: '1' });
    const model = `${modelFolder('r', 'fold', 1, 0)}/model.safetensors`;
    expect((await store.get(model))!.equals((await alone.store.get(model))!)).toBe(true);
  }, 100_000);

  it('ends at once where it keeps no state: what is not written whole is not there', async () => {
    // A store that never answers: the job is in the middle of its work for as long as it is let.
    const silent = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => silent.closeAllConnections());
    await once(silent, 'listening');
    const { environment } = await begin();
    const { child, ended } = start(['mine'], {
      ...environment,
      OMNIDISTILL_STORE: 's3://no-such-bucket',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    await once(silent, 'request');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(143);
  }, 100_000);
});
