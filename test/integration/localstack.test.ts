import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BatchClient, ListJobsCommand } from '@aws-sdk/client-batch';
import { DeleteObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executionArn } from '../../cli/aws/executions.ts';
import type { ConfigOverrides } from '../../core/contracts/config.ts';
import { runKey } from '../../core/contracts/keys.ts';
import { s3Store } from '../../core/store/s3.ts';
import { projectFolder } from '../../local/cloudformation/assembly.ts';
import type { JobEvent } from '../../local/events.ts';
import { runLocally } from '../../local/run.ts';
import { deploy } from '../../localstack/deploy.ts';
import { type Emulator, startEmulator } from '../../localstack/emulator.ts';
import { emulatedEnvironment } from '../../localstack/endpoint.ts';
import { installedPython } from '../../localstack/python.ts';
import { type Fault, faults, type JobFaults } from '../support/faults.ts';
import { collect } from '../support/images.ts';
import { TINY, writeTinyData } from '../support/tiny-data.ts';
import { warmJobs } from '../support/warm-engine.ts';

const skipped = installedPython() === undefined;
if (skipped) {
  console.warn('SKIPPED: nothing was deployed to LocalStack, as it is not installed (npm run localstack -- install).');
}

/** What AWS says of a job whose Spot instance was taken back. */
const RECLAIMED = 'Host EC2 (instance i-0a1b2c3d4e5f67890) terminated.';
/** As few jobs as have every kind of state in them, also maps of nothing: the local runner executes all of them (faults/). */
const FEW: ConfigOverrides = {
  ...TINY,
  draws: 1,
  student: { ...TINY.student, consistency: { steps: 0 }, noisy: { steps: 0 } },
  distill: { ...TINY.distill, methods: ['packed', 'dm'] },
};
/** The same bytes are promised whatever happened on the way. */
const COMPARED = [
  'round-0/mined/mined.parquet',
  'primitive/seed-0/model.safetensors',
  'round-0/student/seed-0/model.safetensors',
  'distilled/dm-ipc1/draw-0/images.safetensors',
  'distilled/packed-ipc1/draw-0/images.safetensors',
  'evaluation/boost/dm-ipc1/predictions.safetensors',
  'evaluation/boost/dm-ipc1/result.json',
];

interface Ended {
  readonly code: number;
  readonly output: string;
}

describe.skipIf(skipped)(`the stack, deployed to LocalStack${skipped ? ' (skipped: it is not installed)' : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'omnidistill-localstack-test-'));
  const undisturbed = join(folder, 'undisturbed');
  const events: JobEvent[] = [];
  const warm = warmJobs();
  let jobFaults: JobFaults = () => undefined;
  let emulator: Emulator;
  let outputs: Record<string, string>;
  let places: string[];
  let benchmark: string;

  /** The command as a user types it. */
  const omnidistill = async (...args: string[]): Promise<Ended> => {
    const command = [join(projectFolder(), 'bin', 'omnidistill.mjs'), ...args];
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, command, {
        env: emulatedEnvironment(emulator.endpoint),
      });
      return { code: 0, output: `${stdout}${stderr}` };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: `${stdout}${stderr}` };
    }
  };

  const start = async (runId: string): Promise<void> => {
    const { code, output } = await omnidistill('start', ...places, '--run-id', runId);
    expect(code, output).toBe(0);
  };

  /** Pulls everything of a run and compares it with the run that met no fault and no AWS. */
  const expectTheSameBytes = async (runId: string): Promise<void> => {
    const out = join(folder, 'pulled');
    const { code, output } = await omnidistill('pull', runId, '--all', '--out', out);
    expect(code, output).toBe(0);
    for (const path of COMPARED) {
      const [there, here] = await Promise.all([
        readFile(join(out, runKey(runId), path)),
        readFile(join(undisturbed, runKey('main'), path)),
      ]);
      expect(there.equals(here), `${path} is byte-identical`).toBe(true);
    }
  };

  const emulated = () => ({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

  const machine = () => new SFNClient(emulated());
  const arnOf = (name: string): string => executionArn(outputs.StateMachineArn!, name);

  const inputOf = async (name: string): Promise<Record<string, unknown>> => {
    const { input = '' } = await machine().send(new DescribeExecutionCommand({ executionArn: arnOf(name) }));
    return JSON.parse(input);
  };

  /** Started past the command line, as from the console; how it ended. */
  const execution = async (name: string, input: object): Promise<DescribeExecutionCommandOutput> => {
    const request = { stateMachineArn: outputs.StateMachineArn!, name, input: JSON.stringify(input) };
    await machine().send(new StartExecutionCommand(request));
    for (;;) {
      const found = await machine().send(new DescribeExecutionCommand({ executionArn: arnOf(name) }));
      if (found.status !== 'RUNNING') return found;
      await pause(200);
    }
  };

  /** Until there is a job whose label starts so. */
  const untilStarted = async (label: string): Promise<void> => {
    while (!events.some(({ type, job }) => type === 'job-started' && job.label.startsWith(label))) await pause(100);
  };

  const jobsIn = async (jobStatus: 'RUNNABLE' | 'RUNNING'): Promise<number> => {
    const batch = new BatchClient(emulated());
    const queues = [outputs.SpotQueueArn!, outputs.OnDemandQueueArn!];
    const lists = await Promise.all(queues.map((jobQueue) => batch.send(new ListJobsCommand({ jobQueue, jobStatus }))));
    return lists.reduce((sum, { jobSummaryList = [] }) => sum + jobSummaryList.length, 0);
  };

  beforeAll(async () => {
    const input = await writeTinyData(join(folder, 'data'));
    const config = join(folder, 'config.json');
    await writeFile(config, JSON.stringify(FEW));
    const path = (uri: string): string => fileURLToPath(uri);
    places = ['--labelled', path(input.labelled), '--pool', path(input.pool), '--preset', 'quick', '--config', config];
    benchmark = `test=${path(input.benchmarks.test!)}`;
    places.push('--benchmark', benchmark);
    // The deployment mostly waits, so the run that is compared with takes place beside it.
    const local = { input: { ...input, config: FEW }, outFolder: undisturbed, runId: 'main' } as const;
    const compared = runLocally({ ...local, backend: 'wasm', maxJobs: 2, decorate: warm(), onEvent: () => {} });
    emulator = await startEmulator({
      port: 0,
      stateFolder: folder,
      say: () => {},
      maxJobs: 2,
      backend: 'wasm',
      decorateEngine: warm(faults({ jobs: (job, attempt) => jobFaults(job, attempt) })).engine,
      onEvent: (event) => events.push(event),
    });
    outputs = await deploy({ endpoint: emulator.endpoint, stateFolder: folder, say: () => {} });
    await compared;
  }, 1_200_000);

  afterAll(async () => {
    await emulator?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 200_000);

  it('cannot be reached from another machine', async () => {
    const { port } = new URL(emulator.endpoint);
    const addresses = Object.values(networkInterfaces()).flatMap((all = []) => all);
    for (const { address } of addresses.filter(({ internal, family }) => !internal && family === 'IPv4')) {
      await expect(fetch(`http://${address}:${port}/_localstack/health`)).rejects.toThrow('fetch failed');
    }
  });

  it('forgets nothing that is written over or deleted, and takes what is deleted for gone', async () => {
    const s3 = new S3Client({ ...emulated(), forcePathStyle: true });
    const bucket = outputs.BucketName!;
    const store = s3Store(s3, bucket, 'inputs/versions');
    await store.put('a.txt', 'first');
    const first = await store.getVersion('a.txt');
    await store.put('a.txt', 'second');
    await store.put('b.txt', 'kept');
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'inputs/versions/a.txt' }));

    expect(await store.get('a.txt')).toBeUndefined();
    expect(await store.has('a.txt')).toBe(false);
    expect(await store.size('a.txt')).toBeUndefined();
    expect((await collect(store.list(''))).map(({ key }) => key)).toEqual(['b.txt']);
    expect(await store.putOver('a.txt', 'over what is gone', first?.version)).toBe(false);
    expect(await store.putOver('a.txt', 'third', undefined)).toBe(true);
    expect(await store.putOver('a.txt', 'fourth', undefined)).toBe(false);
    expect(String(await store.get('a.txt'))).toBe('third');
    const request = { Bucket: bucket, Prefix: 'inputs/versions/a.txt' };
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand(request));
    expect([Versions.length, DeleteMarkers.length]).toEqual([3, 1]);
  }, 100_000);

  it('ends with the bytes of the local runner although Spot took a machine back, the store was busy, and it was stopped and started twice', async () => {
    const met = new Map<string, Fault>([
      ['primitive-seed-0', { statusReason: RECLAIMED }],
      ['round-0-student-seed-0', { exitCode: 75 }],
    ]);
    jobFaults = ({ label = '' }) => {
      const fault = met.get(label);
      met.delete(label);
      return fault;
    };
    await start('main');
    await untilStarted('round-0-shards');
    const second = await execution('main-again', { ...(await inputOf('main')), runId: 'main' });
    expect(second.status).toBe('FAILED');
    expect(second.cause).toMatch(/The run main is held by the execution \S+:main since/);

    const stopped = await omnidistill('stop', 'main');

    expect(stopped.code, stopped.output).toBe(0);
    await expect.poll(async () => (await jobsIn('RUNNING')) + (await jobsIn('RUNNABLE')), { timeout: 100_000 }).toBe(0);
    const redriven = await omnidistill('redrive', 'main');
    expect(redriven.code, redriven.output).toBe(0);
    const watched = await omnidistill('watch', 'main');
    expect(watched.code, watched.output).toBe(0);
    const retried = events.flatMap((event) => (event.type === 'job-retried' ? [event.job.label] : []));
    expect(retried.sort()).toEqual(['primitive-seed-0', 'round-0-student-seed-0']);
    await expectTheSameBytes('main');
    const verified = await omnidistill(
      'verify',
      join(folder, 'pulled', runKey('main'), 'release'),
      '--benchmark',
      benchmark,
    );
    expect(verified.output).toContain('The release is what it says.');
    expect((await omnidistill('runs')).output).toMatch(/main \(main--2\) +SUCCEEDED/);
  }, 900_000);

  it('fails in Plan, before any job, when the console is given a wrong field, and names it', async () => {
    events.length = 0;
    const input = { labelled: 's3://a/b', pool: 's3://a/c', benchmarks: { t: 's3://a/d' }, prset: 'quick' };
    await execution('typo', input);

    const { code, output } = await omnidistill('watch', 'typo');

    expect(code).toBe(1);
    expect(output).toContain('prset');
    expect(events).toEqual([]);
  }, 200_000);

  it('is killed: who watches is told, no job goes on, and a new one on its port has no stack and no run', async () => {
    const port = Number(new URL(emulator.endpoint).port);
    events.length = 0;
    await start('killed');
    await untilStarted('');
    const watching = omnidistill('watch', 'killed');
    await pause(3000);

    process.kill(emulator.processId, 'SIGKILL');

    await emulator.ended;
    const watched = await watching;
    expect(watched.code, watched.output).toBe(75);
    expect(watched.output).toMatch(/ECONNREFUSED|ECONNRESET|socket hang up/);
    await emulator.stop();
    const ended = new Set(events.flatMap((event) => (event.type === 'job-ended' ? [event.job.id] : [])));
    const begun = events.flatMap((event) => (event.type === 'job-started' ? [event.job.id] : []));
    expect(begun.filter((id) => !ended.has(id))).toEqual([]);

    const state = mkdtempSync(join(folder, 'again-'));
    emulator = await startEmulator({ port, stateFolder: state, say: () => {}, maxJobs: 2, backend: 'wasm' });
    const runs = await omnidistill('runs');
    expect(runs.code).not.toBe(0);
    expect(runs.output).toContain('There is no stack "Omnidistill"');
  }, 400_000);
});
