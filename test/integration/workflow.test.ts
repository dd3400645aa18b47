import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summaryFile } from '../../core/artifacts/run.ts';
import { runKey, shardFolder } from '../../core/contracts/keys.ts';
import { MinedSummary } from '../../core/contracts/mined.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { Summary } from '../../core/contracts/summary.ts';
import { projectFolder } from '../../local/cloudformation/assembly.ts';
import type { RunEvent } from '../../local/events.ts';
import { type LocalRun, runLocally } from '../../local/run.ts';
import { digestsOf } from '../support/digests.ts';
import { faults } from '../support/faults.ts';
import { TRUNCATED, writeTinyData } from '../support/tiny-data.ts';

const RUN = 'main';
const folder = mkdtempSync(join(tmpdir(), 'omnidistill-workflow-'));
const whole = join(folder, 'whole');
let input: RunInput;
const events: RunEvent[] = [];

/** The store is busy when shard 0 is read for the first time. */
const transient = faults({
  jobs: ({ label }, attempt) => (label === 'round-0-shards-00000' && attempt === 1 ? { exitCode: 75 } : undefined),
});

const run = (outFolder: string, options: Partial<LocalRun> = {}): Promise<void> =>
  runLocally({
    input,
    outFolder,
    runId: RUN,
    backend: 'wasm',
    maxJobs: 2,
    decorate: transient,
    onEvent: () => {},
    ...options,
  });

/** Files below a run's folder that jobs have written, sorted; logs tell of every start and are no artifacts. */
const artifacts = async (outFolder: string, below = ''): Promise<string[]> => {
  const root = join(outFolder, runKey(RUN));
  const entries = await readdir(join(root, below), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !path.startsWith('logs/') && path !== 'run.lock')
    .sort();
};

const read = (outFolder: string, path: string): Promise<Buffer> => readFile(join(outFolder, runKey(RUN), path));
const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(join(whole, path), 'utf8'));

beforeAll(async () => {
  // Fresh bundles: what runs is what stands in the sources.
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], { cwd: projectFolder() });
  input = await writeTinyData(join(folder, 'data'));
  await run(whole, { onEvent: (event) => events.push(event) });
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the synthesised workflow on this machine', () => {
  it('goes through every stage of the deployed state machine', () => {
    const stages = events.flatMap((event) => (event.type === 'stage-ended' ? [event.stage] : []));
    expect(stages).toEqual([
      'Plan',
      'Prepare',
      'TrainPrimitives',
      'MineShards',
      'Aggregate',
      'TrainStudents',
      'Pretrain',
      'Distill',
      'Evaluate',
      'Publish',
    ]);
  });

  it('tries a shard again that failed in passing, and records one that cannot be read', async () => {
    const label = (index: number): string =>
      shardFolder(RUN, 0, index)
        .slice(runKey(RUN).length + 1)
        .replaceAll('/', '-');
    const retried = events.flatMap((event) => (event.type === 'job-retried' ? [event.job.label] : []));
    expect(retried).toEqual([label(0)]);
    const failed = events.flatMap((event) => (event.type === 'job-ended' && !event.succeeded ? [event.job.label] : []));
    // Once on the Spot queue, once on the on-demand queue.
    expect(failed).toEqual([label(3), label(3)]);
    const { mined } = Summary.parse(await json(summaryFile(RUN).key));
    expect(mined.failedShards).toMatchObject([{ shard: 3, error: { name: 'ShardUnreadableError', exitCode: 65 } }]);
    expect(mined.rejected.undecodable).toBe(1);
    expect((await readFile(join(whole, shardFolder(RUN, 0, 1), 'rejected.parquet'))).toString('latin1')).toContain(
      TRUNCATED,
    );
  });

  it('mines the fraction that was asked for, out of what could be read', async () => {
    const mined = MinedSummary.parse(await json(runKey(RUN, 'round-0', 'mined', 'summary.json')));
    expect(mined.poolImages).toBe(90);
    expect(mined.mined).toBeGreaterThan(0);
    expect(mined.mined).toBeLessThanOrEqual(36);
    expect(Object.values(mined.byClass).reduce((sum, count) => sum + count, 0)).toBe(mined.mined);
  });

  it('leaves every artifact that the contracts promise', async () => {
    expect(await artifacts(whole)).toEqual(
      expect.arrayContaining([
        '_SUCCESS',
        'input.json',
        'plan.json',
        'summary.json',
        'report/index.html',
        'release/SHA256SUMS',
        'round-0/mined/mined.parquet',
        'round-0/student/seed-0/model.safetensors',
        'distilled/dm-ipc1/images.safetensors',
        'distilled/packed-ipc1/labels.safetensors',
        'evaluation/boost/dm-ipc1/result.json',
      ]),
    );
    const summary = Summary.parse(await json(summaryFile(RUN).key));
    expect(Object.keys(summary.accuracy.test ?? {})).toEqual(
      expect.arrayContaining([
        'primitive',
        'control',
        'omni',
        'only/dm-ipc1',
        'boost/random-ipc1',
        'boost/none',
        'boost/mined',
      ]),
    );
    expect(summary.backend.name).toBe('wasm');
  });

  it('computes the very bits that it always did, or a change of results would pass for a change of code', async () => {
    // Where results are meant to change: `npx vitest run test/integration/workflow.test.ts -u`, and say so.
    await expect(await digestsOf(join(whole, runKey(RUN)))).toMatchFileSnapshot('../support/golden-digests.txt');
  });

  it('does nothing twice when it is started again', async () => {
    const paths = await artifacts(whole);
    const key = shardFolder(RUN, 0, 3).slice(runKey(RUN).length + 1);
    // The broken shard has no stats, so it is tried again; Publish alone writes anew, and must write the same.
    const done = paths.filter(
      (path) => !/^(release|report|summary\.json|_SUCCESS)/.test(path) && !path.startsWith(key),
    );
    const times = async () =>
      Promise.all(done.map(async (path) => [path, (await stat(join(whole, runKey(RUN), path))).mtimeMs]));
    const before = { times: await times(), summary: await read(whole, 'summary.json') };
    await run(whole);
    expect(await times()).toEqual(before.times);
    expect(await artifacts(whole)).toEqual(paths);
    expect(await read(whole, 'summary.json')).toEqual(before.summary);
  }, 120_000);

  it('refuses to mix another run with different settings into the same folder', async () => {
    const other = { ...input, config: { ...input.config, seed: 4 } };
    await expect(run(whole, { input: other })).rejects.toMatchObject({ name: 'ConfigError', exitCode: 64 });
    await expect(run(whole, { input: other })).rejects.toThrow('config.seed: 3 there, 4 now');
  });
});
