import { execFile, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statsFile } from '../../core/artifacts/job.ts';
import { planFile } from '../../core/artifacts/run.ts';
import { shardFolder } from '../../core/contracts/keys.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { JOBS } from '../../core/contracts/stages.ts';
import { JobStats } from '../../core/contracts/stats.ts';
import { tensorflowAddon } from '../../core/tensor/backend.ts';
import { inputPaths } from '../../local/batch/container-arguments.ts';
import { containerEngine } from '../../local/batch/container-engine.ts';
import type { Engine } from '../../local/batch/engine.ts';
import type { JobDefinition } from '../../local/batch/job.ts';
import { LocalBatch } from '../../local/batch/local-batch.ts';
import { processEngine } from '../../local/batch/process-engine.ts';
import { ensureAssembly, projectFolder } from '../../local/cloudformation/assembly.ts';
import { loadStack, type Stack } from '../../local/cloudformation/template.ts';
import type { JobEvent } from '../../local/events.ts';
import { runLocally } from '../../local/run.ts';
import { faults } from '../support/faults.ts';
import { writeTinyData } from '../support/tiny-data.ts';

const RUN = 'main';
const NAME = 'omnidistill-worker-test';
/** The image's own user, or this process's where that is not root. */
const USER = process.getuid?.() === 0 ? 10_001 : (process.getuid?.() ?? 10_001);

const engine = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { encoding: 'utf8' });
const answers = engine.status === 0;
const why = (engine.stderr ?? engine.error?.message ?? '').trim().split('\n').at(-1);
if (!answers) {
  console.warn(`SKIPPED: the worker image was not built and not run, as no container engine answers (${why}).`);
}

describe.skipIf(!answers)(`the worker image${answers ? '' : ' (skipped: no container engine answers)'}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'omnidistill-container-'));
  const mined = join(folder, 'mined-by-processes');
  let input: RunInput;
  let stack: Stack;
  let workerFolder: string;

  /** A store of its own that the image's user may write to. */
  const storeFor = async (name: string): Promise<string> => {
    const store = join(folder, name);
    await cp(mined, store, { recursive: true });
    const paths = readdirSync(store, { recursive: true, encoding: 'utf8' }).map((path) => join(store, path));
    if (process.getuid?.() === 0) for (const path of [store, ...paths]) chownSync(path, USER, USER);
    return store;
  };

  const containers = (store: string): Engine =>
    containerEngine({
      image: `${NAME}:cpu`,
      outFolder: store,
      inputs: inputPaths(input),
      user: `${USER}:${USER}`,
      gpus: false,
    });

  const definitionOf = (kind: string): JobDefinition =>
    [...stack.jobDefinitions.values()].find(({ command }) => command.at(-1) === kind)!;

  /** A local Batch server with one definition. */
  const batchWith = (
    definition: JobDefinition,
    run: { engine: Engine; store: string; backend?: string; onEvent?: (event: JobEvent) => void },
  ) => {
    const batch = new LocalBatch({
      definitions: new Map([['definition', definition]]),
      queues: new Set(['queue']),
      maxJobs: 1,
      engine: run.engine,
      logFolder: join(folder, 'logs'),
      hostEnvironment: {
        AWS_REGION: 'us-east-1',
        OMNIDISTILL_STORE: pathToFileURL(run.store).href,
        OMNIDISTILL_BACKEND: run.backend,
        OMNIDISTILL_THREADS: '1',
      },
      onEvent: run.onEvent ?? (() => {}),
      graceMs: 20_000,
    });
    return {
      batch,
      submit: (environment: Record<string, string> = {}) =>
        batch.submit({
          JobName: 'job',
          JobDefinition: 'definition',
          JobQueue: 'queue',
          ContainerOverrides: {
            Environment: Object.entries(environment).map(([Name, Value]) => ({ Name, Value })),
          },
        }),
    };
  };

  const SHARD = { OMNIDISTILL_RUN_ID: RUN, OMNIDISTILL_ROUND: '0', OMNIDISTILL_SHARD: '1' };
  const mine = async (run: { engine: Engine; store: string; backend?: string }) => {
    const { batch, submit } = batchWith(definitionOf('mine'), run);
    const { detail, lastLine } = await batch.ended(submit(SHARD).id);
    expect(detail.Attempts, lastLine).toEqual([{ ExitCode: 0, StatusReason: 'Essential container in task exited' }]);
    const read = (key: string): Promise<Buffer> => readFile(join(run.store, key));
    const shard = shardFolder(RUN, 0, 1);
    return {
      stats: JobStats.parse(JSON.parse((await read(statsFile(shard, JOBS.mine.counts).key)).toString())),
      files: Object.fromEntries(
        await Promise.all(
          readdirSync(join(run.store, shard))
            .filter((name) => name !== 'stats.json')
            .sort()
            .map(async (name) => [name, (await read(join(shard, name))).toString('base64')] as const),
        ),
      ),
    };
  };

  /** A command in place of the worker's, in the same container. */
  const command = (script: string, more: Partial<JobDefinition> = {}): JobDefinition => ({
    ...definitionOf('prepare'),
    command: ['node', '--eval', script],
    ...more,
  });

  beforeAll(async () => {
    const base = process.env.OMNIDISTILL_BASE_IMAGE;
    const args = ['--variant', 'cpu', '--name', NAME, ...(base ? ['--base', base] : []), '--', '--network', 'host'];
    await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/worker-image.ts', ...args], {
      cwd: projectFolder(),
      maxBuffer: 1e8,
    });
    input = await writeTinyData(join(folder, 'data'));
    const assembly = await ensureAssembly(projectFolder());
    workerFolder = assembly.worker;
    stack = await loadStack(assembly.template);
    // Everything that mining needs, by child processes, and no mining yet.
    const stop = new AbortController();
    const running = runLocally({
      input,
      outFolder: mined,
      runId: RUN,
      backend: 'wasm',
      signal: stop.signal,
      graceMs: 0,
      decorate: faults({ jobs: ({ kind }) => (kind === 'mine' ? { exitCode: 64 } : undefined) }),
      onEvent: (event) => {
        if (event.type === 'job-started' && event.job.kind === 'mine') stop.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ name: 'RunStoppedError' });
  }, 900_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('mines a shard to the very bytes that a child process mines it to', async () => {
    const container = await storeFor('wasm-container');
    const child = await storeFor('wasm-process');
    const inContainer = await mine({ engine: containers(container), store: container, backend: 'wasm' });
    const inProcess = await mine({ engine: processEngine(workerFolder).engine, store: child, backend: 'wasm' });
    expect(Object.keys(inContainer.files)).toContain('candidates.safetensors');
    expect(inContainer.files).toEqual(inProcess.files);
  }, 400_000);

  it('computes on TensorFlow without being told to', async () => {
    const store = await storeFor('tensorflow-container');
    const { stats, files } = await mine({ engine: containers(store), store });
    expect(stats.backend?.name).toBe('tensorflow');
    if (tensorflowAddon() === undefined) return;
    const child = await storeFor('tensorflow-process');
    // A backend that is asked for would predict itself, and not in onnxruntime.
    const inProcess = await mine({ engine: processEngine(workerFolder).engine, store: child });
    expect(files).toEqual(inProcess.files);
  }, 400_000);

  it('is no root, and can write to its output and to /tmp alone', async () => {
    const store = await storeFor('rights');
    const script = `
      const { writeFileSync } = require('node:fs');
      const tried = (path) => { try { writeFileSync(path, ''); return 'written'; } catch (error) { return error.code; } };
      const paths = ['/app/x', '/etc/x', '/tmp/x', '${store}/x', '${join(folder, 'data', 'pool')}/x'];
      console.log(JSON.stringify({ user: process.getuid(), tried: paths.map(tried), home: process.env.HOME }));`;
    const { batch, submit } = batchWith(command(script), { engine: containers(store), store });
    const { lastLine } = await batch.ended(submit().id);
    expect(JSON.parse(lastLine)).toEqual({
      user: USER,
      tried: ['EROFS', 'EROFS', 'written', 'written', 'EROFS'],
      home: '/tmp',
    });
  }, 200_000);

  it('holds no compiler, Python, development dependency or AWS construct library', async () => {
    const store = await storeFor('contents');
    const unwanted = ['aws-cdk-lib', 'esbuild', 'tsx', 'typescript', 'vitest', 'aws-local-stepfunctions'];
    // Paths of the image.
    const script = `
      const { existsSync } = require('node:fs');
      const paths = ['/usr/bin/g++', '/usr/bin/cc', '/usr/bin/python3', '/usr/bin/pip', '/root/.cache/pip',
        ...${JSON.stringify(unwanted)}.map((name) => '/app/node_modules/' + name)];
      console.log(JSON.stringify(paths.filter(existsSync)));`;
    const { batch, submit } = batchWith(command(script), { engine: containers(store), store });
    expect((await batch.ended(submit().id)).lastLine).toBe('[]');
  }, 200_000);

  it('ends with 143 within seconds when it is stopped in the middle of its training', async () => {
    const store = await storeFor('stopped');
    const plan = JSON.parse(await readFile(join(store, planFile(RUN).key), 'utf8'));
    plan.config.primitive.steps = 100_000;
    await writeFile(join(store, planFile(RUN).key), JSON.stringify(plan));
    let onProgress = (): void => {};
    const trains = new Promise<void>((resolve) => {
      onProgress = resolve;
    });
    const { batch, submit } = batchWith(definitionOf('train'), {
      engine: containers(store),
      store,
      onEvent: ({ type }) => {
        if (type === 'job-progress' || type === 'job-ended') onProgress();
      },
    });
    const { id } = submit({
      OMNIDISTILL_RUN_ID: RUN,
      OMNIDISTILL_ROUND: '0',
      OMNIDISTILL_ROLE: 'primitive',
      OMNIDISTILL_SEED: '7',
    });
    await trains;
    const began = performance.now();
    await batch.terminate(id, 'stopped by a test');
    expect(batch.describe(id)?.Attempts).toEqual([{ ExitCode: 143, StatusReason: 'stopped by a test' }]);
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(spawnSync('docker', ['ps', '--all', '--quiet', '--filter', `name=${id}`], { encoding: 'utf8' }).stdout).toBe(
      '',
    );
  }, 400_000);

  it('is ended by its memory limit with the reason that AWS gives', async () => {
    const store = await storeFor('memory');
    const greedy = command('const all = []; while (true) all.push(Buffer.alloc(1 << 24, 1));', { memoryMiB: 128 });
    const { batch, submit } = batchWith(greedy, { engine: containers(store), store });
    const { detail } = await batch.ended(submit().id);
    expect(detail.Attempts).toMatchObject([{ ExitCode: 137 }]);
    expect(detail.Attempts[0]?.Reason).toMatch(/^OutOfMemoryError/);
  }, 200_000);
});
