import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summaryFile } from '../../core/artifacts/run.ts';
import { shardFiles } from '../../core/artifacts/shard.ts';
import { runKey } from '../../core/contracts/keys.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { Summary } from '../../core/contracts/summary.ts';
import type { RunEvent } from '../../local/events.ts';
import { type LocalRun, runLocally } from '../../local/run.ts';
import { type Fault, faults, type ServiceFaults } from '../support/faults.ts';
import { writeTinyData } from '../support/tiny-data.ts';

const RUN = 'main';
const folder = mkdtempSync(join(tmpdir(), 'omnidistill-faults-'));
const undisturbed = join(folder, 'undisturbed');
let input: RunInput;

const run = (outFolder: string, options: Partial<LocalRun> = {}): Promise<void> =>
  runLocally({ input, outFolder, runId: RUN, backend: 'wasm', maxJobs: 2, onEvent: () => {}, ...options });

/** What a run is for. Files with times in them (stats, logs, the summary and what shows it) are no part of it. */
const ARTIFACT = /(mined\.parquet|\.safetensors|\.png|result\.json|metadata\.jsonl|normalization\.json)$/;

const artifacts = async (outFolder: string): Promise<Map<string, Buffer>> => {
  const root = join(outFolder, runKey(RUN));
  const entries = await readdir(root, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((entry) => entry.isFile() && ARTIFACT.test(entry.name) && !entry.parentPath.includes('/checkpoints'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(join(root, path))] as const)));
};

const expectTheSameBytes = async (outFolder: string): Promise<void> => {
  const [expected, got] = await Promise.all([artifacts(undisturbed), artifacts(outFolder)]);
  expect([...got.keys()]).toEqual([...expected.keys()]);
  for (const [path, bytes] of expected) expect(got.get(path)!.equals(bytes), `${path} is byte-identical`).toBe(true);
};

beforeAll(async () => {
  input = await writeTinyData(join(folder, 'data'));
  // An upload that broke off: the archive ends in the middle of a member.
  await truncate(join(folder, 'data', 'pool', '2.tar'), 12_345);
  await run(undisturbed);
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a pool with a truncated and an unreadable object', () => {
  it('is mined as far as it can be read, and what was lost is counted with its reason', async () => {
    expect((await artifacts(undisturbed)).size).toBeGreaterThan(30);
    const { mined } = Summary.parse(JSON.parse(await readFile(join(undisturbed, summaryFile(RUN).key), 'utf8')));
    expect(mined.rejected['truncated-archive']).toBe(1);
    expect(mined.poolImages).toBeGreaterThan(60);
    expect(mined.poolImages).toBeLessThan(90);
    expect(mined.failedShards.map(({ shard }) => shard)).toEqual([3]);
  });
});

const RECLAIMED = 'Host EC2 (instance i-0a1b2c3d4e5f67890) terminated.';
const PULL = 'CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref';

interface JobFault {
  readonly what: string;
  readonly label: string;
  readonly fault: Fault;
  /** Another attempt, or the on-demand queue. */
  readonly outcome: 'retried' | 'on demand';
}
const JOB_FAULTS: readonly JobFault[] = [
  {
    what: 'Spot takes the machine in the middle of a shard',
    label: 'round-0-shards-00000',
    fault: { statusReason: RECLAIMED, atProgress: true },
    outcome: 'retried',
  },
  {
    what: 'the image cannot be pulled',
    label: 'round-0-shards-00001',
    fault: { reason: PULL, statusReason: 'Task failed to start' },
    outcome: 'retried',
  },
  {
    what: 'memory runs out in the middle of a shard',
    label: 'round-0-shards-00002',
    fault: { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage', atProgress: true },
    outcome: 'on demand',
  },
  {
    what: 'Spot takes the machine in the middle of a training',
    label: 'primitive-seed-0',
    fault: { statusReason: RECLAIMED, atProgress: true },
    outcome: 'retried',
  },
  {
    what: 'a training is asked to end and does',
    label: 'round-0-student-seed-0',
    fault: { exitCode: 143, atProgress: true },
    outcome: 'retried',
  },
  { what: 'the store is busy', label: 'inputs', fault: { exitCode: 75 }, outcome: 'retried' },
  {
    what: 'Spot takes the machine in the middle of a distillation',
    label: 'distilled-dm-ipc1-draw-0',
    fault: { statusReason: RECLAIMED, atProgress: true },
    outcome: 'retried',
  },
  { what: 'a job dies for no known reason', label: 'evaluation-omni', fault: { exitCode: 1 }, outcome: 'on demand' },
];

/** Name of the state, and the errors of its first calls. */
const SERVICE_FAULTS: readonly { what: string; state: string; errors: readonly string[]; done?: boolean }[] = [
  { what: 'Plan is throttled', state: 'Plan', errors: ['Lambda.TooManyRequestsException'] },
  { what: 'the store is busy in Plan', state: 'Plan', errors: ['', 'TransientError'] },
  {
    what: 'submitting is throttled again and again',
    state: 'MineShard',
    errors: Array.from({ length: 6 }, () => 'Batch.TooManyRequestsException'),
  },
  { what: 'the Batch API has a fault', state: 'DistillSet', errors: ['Batch.ServerException'] },
  { what: 'Aggregate runs out of time', state: 'Aggregate', errors: ['Sandbox.Timedout'] },
  { what: 'the answer of Publish is lost', state: 'Publish', errors: ['Lambda.ServiceException'], done: true },
];

describe('a fault that passes', () => {
  const disturbed = join(folder, 'disturbed');
  const events: RunEvent[] = [];
  const refused: string[] = [];

  const services: ServiceFaults = (state, call) => {
    const rows = SERVICE_FAULTS.filter((fault) => fault.state === state);
    const errors = rows.flatMap(({ errors: all }) => all).filter((error) => error !== '');
    const error = errors[call - 1];
    if (error === undefined) return undefined;
    refused.push(`${state} ${error}`);
    return { error, done: rows[0]!.done ?? false };
  };

  beforeAll(async () => {
    const hit = new Set<string>();
    await run(disturbed, {
      decorate: faults({
        services,
        // The first attempt on the Spot queue alone: the same label comes again on demand.
        jobs: ({ label }, attempt) => {
          const row = JOB_FAULTS.find((each) => each.label === label);
          if (row === undefined || attempt > 1 || hit.has(row.label)) return undefined;
          hit.add(row.label);
          return row.fault;
        },
      }),
      onEvent: (event) => events.push(event),
    });
  }, 900_000);

  it.each(JOB_FAULTS)('costs one attempt: $what', ({ label, outcome }) => {
    const about = events.filter((event) => 'job' in event && event.job.label === label);
    const ends = about.flatMap((event) => (event.type === 'job-ended' ? [event.succeeded] : []));
    const retried = about.filter(({ type }) => type === 'job-retried').length;
    expect({ retried, ends }).toEqual(
      outcome === 'retried' ? { retried: 1, ends: [true] } : { retried: 0, ends: [false, true] },
    );
  });

  it.each(SERVICE_FAULTS)('is asked again: $what', ({ state, errors }) => {
    for (const error of errors.filter((each) => each !== '')) expect(refused).toContain(`${state} ${error}`);
  });

  it('leaves the very same mined set, models, images and results', () => expectTheSameBytes(disturbed));
});

describe('a run that is stopped or fails, and is started again', () => {
  const broken = join(folder, 'broken');

  const STAGES: readonly (readonly [stage: string, job: string | undefined])[] = [
    ['Plan', undefined],
    ['Prepare', 'inputs'],
    ['TrainPrimitives', 'primitive'],
    ['MineShards', 'round-0-shards'],
    ['Aggregate', undefined],
    ['CompareFolds', 'round-0-comparison'],
    ['Decide', undefined],
    ['TrainStudents', 'round-0-student'],
    ['TrainConsistent', 'round-0-consistent'],
    ['TrainNoisy', 'round-0-noisy'],
    ['Pretrain', 'pretrained'],
    ['LabelViews', 'round-0-labelled-bank'],
    ['Distill', 'distilled'],
    ['MeasurePrivacy', 'privacy'],
    ['Evaluate', 'evaluation'],
    ['Publish', undefined],
  ];

  /** When each finished job had finished: it must not do its work again. */
  const finished = async (): Promise<Map<string, number>> => {
    const root = join(broken, runKey(RUN));
    const entries = await readdir(root, { withFileTypes: true, recursive: true }).catch(() => []);
    const paths = entries
      .filter(({ name }) => name === 'stats.json')
      .map((entry) => join(entry.parentPath, entry.name));
    return new Map(await Promise.all(paths.map(async (path) => [path, (await stat(path)).mtimeMs] as const)));
  };
  const expectNothingLost = async (before: Map<string, number>): Promise<void> => {
    const now = await finished();
    for (const [path, time] of before) expect(now.get(path), path).toBe(time);
  };

  it.each(STAGES)(
    'loses nothing when it is aborted in %s',
    async (stage, job) => {
      const before = await finished();
      const stop = new AbortController();
      const running = run(broken, {
        signal: stop.signal,
        graceMs: 0,
        onEvent: (event) => {
          if (job === undefined && event.type === 'stage-started' && event.stage === stage) stop.abort();
          // A moment after its start a job is in the middle of its work.
          if (job !== undefined && event.type === 'job-started' && event.job.label.startsWith(job)) {
            setTimeout(() => stop.abort(), 250);
          }
        },
      });
      await expect(running).rejects.toMatchObject({ name: 'RunStoppedError' });
      await expectNothingLost(before);
    },
    400_000,
  );

  it.each<[string, Parameters<typeof faults>[0], RegExp]>([
    [
      'Aggregate has a fault that no second call repairs',
      { services: (state) => (state === 'Aggregate' ? { error: 'TypeError' } : undefined) },
      /TypeError in Aggregate/,
    ],
    [
      'submitting is not allowed',
      { services: (state) => (state.startsWith('TrainStudent') ? { error: 'Batch.ClientException' } : undefined) },
      /Batch\.ClientException in TrainStudentOnDemand/,
    ],
    [
      'a job fails on both queues',
      { jobs: ({ label }) => (label === 'distilled-dm-ipc1-draw-0' ? { exitCode: 1 } : undefined) },
      /failed with exit code 1.*distilled-dm-ipc1-draw-0/,
    ],
  ])(
    'says why and loses nothing when %s',
    async (_what, met, words) => {
      const before = await finished();
      await expect(run(broken, { decorate: faults(met) })).rejects.toThrow(words);
      await expectNothingLost(before);
    },
    400_000,
  );

  it('ends with the very same bytes', async () => {
    await run(broken);
    await expectTheSameBytes(broken);
  }, 400_000);
});

describe('a run under which everything changes', () => {
  const changed = join(folder, 'changed');
  const [data, dataBefore] = [join(folder, 'data'), join(folder, 'data-before')];

  beforeAll(() => cpSync(data, dataBefore, { recursive: true }));
  afterAll(() => {
    rmSync(data, { recursive: true });
    cpSync(dataBefore, data, { recursive: true });
  });

  /** What happens to the inputs, and to what the run has written, just before a stage. */
  const CHANGES: Readonly<Record<string, () => void>> = {
    // Prepare has read them.
    TrainPrimitives: () => {
      for (const set of ['labelled', 'benchmark']) {
        for (const name of ['0.png', '1.png']) {
          copyFileSync(join(data, set, 'stripes', name), join(data, set, 'dots', name));
        }
        rmSync(join(data, set, 'stripes', '2.png'));
      }
    },
    // Plan has divided it.
    MineShards: () => copyFileSync(join(data, 'pool', '0.tar'), join(data, 'pool', '4.tar')),
    Aggregate: () => {
      copyFileSync(join(data, 'pool', '2.tar'), join(data, 'pool', '0.tar'));
      rmSync(dirname(join(changed, shardFiles(RUN, 0, 1).stats.key)), { recursive: true });
    },
  };

  it('learns from what it read first and mines what was listed first, and a shard whose output was deleted is mined again', async () => {
    const met = new Set<string>();
    const onEvent = (event: RunEvent): void => {
      if (event.type !== 'stage-started' || met.has(event.stage)) return;
      met.add(event.stage);
      CHANGES[event.stage]?.();
    };
    await expect(run(changed, { onEvent })).rejects.toThrow(
      /2 of 4 shards failed; 1 may.*shard 1: NoOutput: the job ended without a word/,
    );
    expect([...met]).toEqual(expect.arrayContaining(Object.keys(CHANGES)));

    const kept = join(changed, shardFiles(RUN, 0, 0).stats.key);
    const before = (await stat(kept)).mtimeMs;
    const jobs = new Set<string>();
    await run(changed, {
      onEvent: (event) => {
        if (event.type === 'job-started' && event.job.label.includes('shards')) jobs.add(event.job.label);
      },
    });

    expect((await stat(kept)).mtimeMs).toBe(before);
    expect([...jobs].sort()).toEqual([0, 1, 2, 3].map((shard) => `round-0-shards-0000${shard}`));
    await expectTheSameBytes(changed);
  }, 900_000);
});

describe('more failed shards than the run tolerates', () => {
  const strict = join(folder, 'strict');
  const withoutFailures = (): RunInput => ({
    ...input,
    config: { ...input.config, mining: { ...input.config?.mining, maxFailedShards: 0 } },
  });

  it('end the run with why, no machine more is tried, and it goes on when they are repaired', async () => {
    const ended: boolean[] = [];
    const onEvent = (event: RunEvent): void => {
      if (event.type === 'job-ended' && event.job.label === 'round-0-shards-00003') ended.push(event.succeeded);
    };
    await expect(run(strict, { input: withoutFailures(), onEvent })).rejects.toThrow(
      /^1 of 4 jobs of MineShards failed; 0 may\. ShardUnreadableError: .*3\.tar/,
    );
    expect(ended).toEqual([false]);
    const mined = join(strict, shardFiles(RUN, 0, 0).stats.key);
    const before = (await stat(mined)).mtimeMs;

    const data = join(folder, 'data', 'pool');
    await writeFile(join(data, '3.tar'), await readFile(join(data, '0.tar')));
    await run(strict, { input: withoutFailures() });

    expect((await stat(mined)).mtimeMs).toBe(before);
    const summary = Summary.parse(JSON.parse(await readFile(join(strict, summaryFile(RUN).key), 'utf8')));
    expect(summary.mined.failedShards).toEqual([]);
    expect(summary.mined.rejected.duplicate).toBeGreaterThan(0);
  }, 900_000);
});
