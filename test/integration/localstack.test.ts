import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BatchClient, ListJobsCommand } from '@aws-sdk/client-batch';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runKey } from '../../core/contracts/keys.ts';
import { projectFolder } from '../../local/cloudformation/assembly.ts';
import type { JobEvent } from '../../local/events.ts';
import { runLocally } from '../../local/run.ts';
import { deploy } from '../../localstack/deploy.ts';
import { type Emulator, startEmulator } from '../../localstack/emulator.ts';
import { emulatedEnvironment } from '../../localstack/endpoint.ts';
import { installedPython } from '../../localstack/python.ts';
import { type JobFaults, withJobFaults } from '../support/faults.ts';
import { TINY, writeTinyData } from '../support/tiny-data.ts';

const skipped = installedPython() === undefined;
if (skipped) {
  console.warn('SKIPPED: nothing was deployed to LocalStack, as it is not installed (npm run localstack -- install).');
}

/** What AWS says of a job whose Spot instance was taken back. */
const RECLAIMED = 'Host EC2 (instance i-0a1b2c3d4e5f67890) terminated.';
/** The same bytes are promised whatever happened on the way. */
const COMPARED = [
  'round-0/mined/mined.parquet',
  'primitive/seed-0/model.safetensors',
  'round-0/student/seed-0/model.safetensors',
  'distilled/dm-ipc1/draw-0/images.safetensors',
  'distilled/packed-ipc1/draw-1/images.safetensors',
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

  const jobsIn = async (jobStatus: 'RUNNABLE' | 'RUNNING'): Promise<number> => {
    const batch = new BatchClient(emulated());
    const queues = [outputs.SpotQueueArn!, outputs.OnDemandQueueArn!];
    const lists = await Promise.all(queues.map((jobQueue) => batch.send(new ListJobsCommand({ jobQueue, jobStatus }))));
    return lists.reduce((sum, { jobSummaryList = [] }) => sum + jobSummaryList.length, 0);
  };

  beforeAll(async () => {
    const input = await writeTinyData(join(folder, 'data'));
    const config = join(folder, 'config.json');
    await writeFile(config, JSON.stringify(TINY));
    const path = (uri: string): string => fileURLToPath(uri);
    places = ['--labelled', path(input.labelled), '--pool', path(input.pool), '--preset', 'quick', '--config', config];
    benchmark = `test=${path(input.benchmarks.test!)}`;
    places.push('--benchmark', benchmark);
    await runLocally({ input, outFolder: undisturbed, runId: 'main', backend: 'wasm', maxJobs: 2, onEvent: () => {} });
    emulator = await startEmulator({
      port: 0,
      stateFolder: folder,
      say: () => {},
      maxJobs: 2,
      backend: 'wasm',
      decorateEngine: withJobFaults((job, attempt) => jobFaults(job, attempt)),
      onEvent: (event) => events.push(event),
    });
    outputs = await deploy({ endpoint: emulator.endpoint, stateFolder: folder, say: () => {} });
  }, 400_000);

  afterAll(async () => {
    await emulator?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('cannot be reached from another machine', async () => {
    const { port } = new URL(emulator.endpoint);
    const addresses = Object.values(networkInterfaces()).flatMap((all = []) => all);
    for (const { address } of addresses.filter(({ internal, family }) => !internal && family === 'IPv4')) {
      await expect(fetch(`http://${address}:${port}/_localstack/health`)).rejects.toThrow('fetch failed');
    }
  });

  it('ends with the bytes of the local runner although Spot took a machine back and the store was busy', async () => {
    jobFaults = ({ label }, attempt) => {
      if (attempt > 1) return undefined;
      if (label === 'round-0-shards-00000') return { statusReason: RECLAIMED };
      return label === 'round-0-student-seed-0' ? { exitCode: 75 } : undefined;
    };
    await start('main');

    const watched = await omnidistill('watch', 'main');

    expect(watched.code, watched.output).toBe(0);
    const retried = events.flatMap((event) => (event.type === 'job-retried' ? [event.job.label] : []));
    expect(retried.sort()).toEqual(['round-0-shards-00000', 'round-0-student-seed-0']);
    await expectTheSameBytes('main');
    const verified = await omnidistill(
      'verify',
      join(folder, 'pulled', runKey('main'), 'release'),
      '--benchmark',
      benchmark,
    );
    expect(verified.output).toContain('The release is what it says.');
    expect((await omnidistill('runs')).output).toMatch(/main +SUCCEEDED/);
  }, 240_000);

  it('leaves no job behind when a run is stopped, and finishes it when it is taken up again', async () => {
    jobFaults = () => undefined;
    events.length = 0;
    await start('stopped');
    const mining = (): boolean =>
      events.some(({ type, job }) => type === 'job-started' && job.label.startsWith('round-0-shards'));
    while (!mining()) await pause(100);

    const stopped = await omnidistill('stop', 'stopped');

    expect(stopped.code, stopped.output).toBe(0);
    await expect.poll(async () => (await jobsIn('RUNNING')) + (await jobsIn('RUNNABLE')), { timeout: 30_000 }).toBe(0);
    events.length = 0;
    const redriven = await omnidistill('redrive', 'stopped');
    expect(redriven.code, redriven.output).toBe(0);
    const again = /watch (\S+)/.exec(redriven.output)?.[1];
    const watched = await omnidistill('watch', again ?? 'stopped');
    expect(watched.code, watched.output).toBe(0);
    await expectTheSameBytes('stopped');
  }, 240_000);

  it('fails in Plan, before any job, when the console is given a wrong field, and names it', async () => {
    events.length = 0;
    const input = JSON.stringify({
      labelled: 's3://a/b',
      pool: 's3://a/c',
      benchmarks: { t: 's3://a/d' },
      prset: 'quick',
    });
    const machine = new SFNClient(emulated());
    await machine.send(new StartExecutionCommand({ stateMachineArn: outputs.StateMachineArn!, name: 'typo', input }));

    const { code, output } = await omnidistill('watch', 'typo');

    expect(code).toBe(1);
    expect(output).toContain('prset');
    expect(events).toEqual([]);
  }, 60_000);
});
