import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { predict } from '../../cli/predict.ts';
import { statsFile } from '../../core/artifacts/job.ts';
import { minedFile } from '../../core/artifacts/mined.ts';
import { planFile, summaryFile } from '../../core/artifacts/run.ts';
import { comparisonFile } from '../../core/artifacts/verdict.ts';
import { auditCsv, auditLabel } from '../../core/contracts/audit-file.ts';
import { runKey, shardFolder } from '../../core/contracts/keys.ts';
import { MinedSummary } from '../../core/contracts/mined.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { JOBS } from '../../core/contracts/stages.ts';
import { Summary } from '../../core/contracts/summary.ts';
import { fileStore } from '../../core/store/file.ts';
import type { RunEvent } from '../../local/events.ts';
import { type LocalRun, runLocally } from '../../local/run.ts';
import { digestsOf } from '../support/digests.ts';
import { faults } from '../support/faults.ts';
import { TRUNCATED, writeTinyData } from '../support/tiny-data.ts';
import { warmJobs } from '../support/warm-engine.ts';

const RUN = 'main';
const folder = mkdtempSync(join(tmpdir(), 'omnidistill-workflow-'));
const whole = join(folder, 'whole');
let input: RunInput;
const events: RunEvent[] = [];
const warm = warmJobs();

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
  input = await writeTinyData(join(folder, 'data'));
  await run(whole, { onEvent: (event) => events.push(event) });
}, 900_000);

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
      'CompareFolds',
      'Decide',
      'TrainStudents',
      'TrainConsistent',
      'TrainNoisy',
      'Pretrain',
      'LabelViews',
      'Distill',
      'MeasurePrivacy',
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
    // On the Spot queue alone: what the shard is, it is on any machine.
    expect(failed).toEqual([label(3)]);
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

  it('classifies images by its student, by the run and by the release alike', async () => {
    const classified = async (model: string): Promise<string> => {
      let rows = '';
      await predict(model, [fileURLToPath(input.benchmarks.test!)], { csv: true }, (text) => {
        rows += text;
      });
      return rows;
    };
    const byRun = await classified(join(whole, runKey(RUN)));
    expect(byRun.split('\n').length).toBeGreaterThan(10);
    expect(byRun).toContain(',p_');
    expect(await classified(join(whole, runKey(RUN), 'release/model/student.onnx'))).toBe(byRun);
  });

  it('leaves every artifact that the contracts promise', async () => {
    expect(await artifacts(whole)).toEqual(
      expect.arrayContaining([
        '_SUCCESS',
        'input.json',
        'plan.json',
        'summary.json',
        'report/index.html',
        'release/MODEL.md',
        'release/SHA256SUMS',
        'release/model/student.onnx',
        'release/model/student.safetensors',
        'release/model/student-tfjs/model.json',
        'release/packed-ipc1/privacy.json',
        'round-0/mined/mined.parquet',
        'round-0/student/seed-0/model.safetensors',
        'distilled/dm-ipc1/draw-0/images.safetensors',
        'distilled/packed-ipc1/draw-1/labels.safetensors',
        'evaluation/boost/dm-ipc1/predictions.safetensors',
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
        'boost/mined-soft',
        'boost/pool-soft',
      ]),
    );
    expect(summary.backend.name).toBe('wasm');
  });

  it('computes the very bits that it always did, or a change of results would pass for a change of code', async () => {
    // Where results are meant to change: `npx vitest run test/integration/workflow.test.ts -u`, and say so.
    await expect(await digestsOf(join(whole, runKey(RUN)))).toMatchFileSnapshot('../support/golden-digests.txt');
  });

  it('ends before students are trained where the mined images do harm, and goes on from there when told to', async () => {
    const harmful = join(folder, 'harmful');
    const store = fileStore(harmful);
    const comparing = new AbortController();
    const onEvent = (event: RunEvent): void => {
      if (event.type === 'stage-started' && event.stage === 'CompareFolds') comparing.abort();
    };
    const decorate = warm();
    await expect(run(harmful, { signal: comparing.signal, decorate, onEvent })).rejects.toThrow();
    // As if the pool were such that nets that learn from it are always wrong, and their controls always right.
    const { folds } = await planFile(RUN).read(store);
    for (let fold = 0; fold < folds; fold++) {
      const labels = Int32Array.from({ length: 100 }, (_, i) => i % 2);
      const right = Float32Array.from({ length: 200 }, (_, at) => (at % 2 === labels[at >> 1] ? 1 : 0));
      const wrong = right.map((said) => 1 - said);
      await comparisonFile(RUN, 0, fold).write(store, { labels, mined: wrong, control: right });
      const { folder: folderOf, counts } = JOBS.compare;
      const stats = { job: 'compare' as const, seconds: 1, peakMemoryMiB: 1, rejected: {} };
      const done = { ...stats, counts: { labelled: 1, heldOut: 100, mined: 1 } };
      await statsFile(folderOf(RUN, { round: 0, fold }), counts).write(store, done);
    }

    await expect(run(harmful, { decorate })).rejects.toMatchObject({ name: 'HarmfulPoolError', exitCode: 65 });
    const paths = await artifacts(harmful);
    expect(paths).toContain('round-0/verdict.json');
    expect(paths.filter((path) => /^(round-0\/student|control|summary|release|report|_SUCCESS)/.test(path))).toEqual(
      [],
    );

    const times = async () =>
      Promise.all(paths.map(async (path) => [path, (await stat(join(harmful, runKey(RUN), path))).mtimeMs]));
    const stats = paths.filter((path) => path.endsWith('stats.json'));
    const before = (await times()).filter(([path]) => stats.includes(path as string));
    await run(harmful, { decorate, input: { ...input, evenIfHarmful: true } });
    expect((await times()).filter(([path]) => stats.includes(path as string))).toEqual(before);
    expect((await summaryFile(RUN).read(store)).verdict.verdict).toBe('harms');
    const page = (await read(harmful, 'report/index.html')).toString();
    expect(page).toContain('The mined images do harm, as far as');
    expect((await read(harmful, 'release/README.md')).toString()).toContain('The mined images do harm, as far as');
  }, 180_000);

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

  it('scores an audit that was made of its report, and computes nothing for it', async () => {
    const rows = await minedFile(RUN, 0).read(fileStore(whole));
    const { classes, mined: before } = Summary.parse(await json(summaryFile(RUN).key));
    expect(before.audit).toBeUndefined();
    const file = join(folder, 'audit.csv');
    const labels = rows.map(({ key, label, rank }) => ({
      file: key,
      label: auditLabel(rank === 0 ? 'wrong' : 'right', label, classes),
    }));
    const models = async () => stat(join(whole, runKey(RUN, 'round-0/student/seed-0/model.safetensors')));
    const { mtimeMs } = await models();
    await writeFile(file, auditCsv(labels));
    await run(whole, { input: { ...input, audit: pathToFileURL(file).href } });
    const { mined } = Summary.parse(await json(summaryFile(RUN).key));
    expect(mined.audit).toMatchObject({ checked: rows.length, ambiguous: 0, unsure: 0 });
    expect(mined.audit!.precision).toBeCloseTo(1 - 1 / rows.length, 9);
    expect((await read(whole, 'report/index.html')).toString()).toContain('audited precision');
    expect((await models()).mtimeMs).toBe(mtimeMs);
    // Without the flag the audit stays, and nobody needs its file any more.
    await rm(file);
    await run(whole);
    expect(Summary.parse(await json(summaryFile(RUN).key)).mined.audit?.checked).toBe(rows.length);
  }, 240_000);

  it('refuses to mix another run with different settings into the same folder', async () => {
    const other = { ...input, config: { ...input.config, seed: 4 } };
    await expect(run(whole, { input: other })).rejects.toMatchObject({ name: 'ConfigError', exitCode: 64 });
    await expect(run(whole, { input: other })).rejects.toThrow('config.seed: 3 there, 4 now');
  });
});
