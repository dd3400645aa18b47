import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobDefinition } from '../../../../local/batch/job.ts';
import { LocalBatch, type LocalBatchOptions } from '../../../../local/batch/local-batch.ts';
import { processEngine } from '../../../../local/batch/process-engine.ts';
import type { JobEvent } from '../../../../local/events.ts';
import { type JobFaults, withJobFaults } from '../../../support/faults.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { isAlive, until } from '../processes.ts';

const QUEUE = 'arn:aws:batch:local:000000000000:Spot';
const request = (environment: Record<string, string> = {}) => ({
  JobName: 'job',
  JobDefinition: 'definition',
  JobQueue: QUEUE,
  ContainerOverrides: { Environment: Object.entries(environment).map(([Name, Value]) => ({ Name, Value })) },
});

const batchOf = (
  script: string,
  definition: Partial<JobDefinition> = {},
  options: Partial<LocalBatchOptions> = {},
  faultOf: JobFaults = () => undefined,
) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'job.mjs'), script);
  const events: JobEvent[] = [];
  const whole: JobDefinition = {
    command: ['node', 'job.mjs'],
    environment: { FROM: 'definition', STORE: 's3://bucket', CLOUD_ONLY: 'yes' },
    attempts: 2,
    wantsGpu: false,
    rules: [
      { action: 'RETRY', onExitCode: '75' },
      { action: 'EXIT', onReason: '*' },
    ],
    ...definition,
  };
  const batch = new LocalBatch({
    definitions: new Map([['definition', whole]]),
    queues: new Set([QUEUE]),
    maxJobs: 2,
    engine: withJobFaults(faultOf)(processEngine(folder).engine),
    logFolder: join(folder, 'logs'),
    hostEnvironment: { PATH: process.env.PATH, STORE: 'file:///here', CLOUD_ONLY: undefined },
    onEvent: (event) => events.push(event),
    graceMs: 300,
    ...options,
  });
  return { batch, events, folder };
};

describe('Class: LocalBatch', () => {
  it('gives a job the environment that it would have in the cloud, with this machine winning', async () => {
    const { batch, folder } = batchOf(
      "import { writeFileSync } from 'node:fs'; writeFileSync('env', JSON.stringify(process.env));",
    );
    const { id } = batch.submit(request({ FROM: 'submit', STORE: 's3://other' }));
    const { detail } = await batch.ended(id);
    expect(detail.Status).toBe('SUCCEEDED');
    expect(JSON.parse(readFileSync(join(folder, 'env'), 'utf8'))).toMatchObject({
      FROM: 'submit',
      STORE: 'file:///here',
      AWS_BATCH_JOB_ID: id,
      AWS_BATCH_JOB_ATTEMPT: '1',
      AWS_BATCH_JQ_NAME: 'Spot',
    });
    expect(readFileSync(join(folder, 'env'), 'utf8')).not.toContain('CLOUD_ONLY');
  });

  it('tries a transient failure again and a permanent one never', async () => {
    const { batch, events } = batchOf('process.exit(Number(process.env.CODE));');
    const transient = await batch.ended(batch.submit(request({ CODE: '75' })).id);
    const permanent = await batch.ended(batch.submit(request({ CODE: '65' })).id);
    expect(transient.detail.Attempts.map(({ ExitCode }) => ExitCode)).toEqual([75, 75]);
    expect(permanent.detail.Attempts.map(({ ExitCode }) => ExitCode)).toEqual([65]);
    expect([transient.detail.Status, permanent.detail.Status]).toEqual(['FAILED', 'FAILED']);
    expect(events.filter(({ type }) => type === 'job-retried')).toHaveLength(1);
  });

  it('passes on progress, keeps every line in the log and remembers the last words', async () => {
    const { batch, events } = batchOf(
      `console.log('{"event":"progress","done":3,"unit":"images"}'); console.log('{broken'); console.error('boom'); process.exit(1);`,
    );
    const { ref, lastLine } = await batch.ended(batch.submit(request()).id);
    expect(events).toContainEqual({
      type: 'job-progress',
      event: 'progress',
      job: ref,
      done: 3,
      total: null,
      unit: 'images',
    });
    expect(readFileSync(ref.logFile, 'utf8').split('\n').sort()).toEqual([
      '',
      'boom',
      '{"event":"progress","done":3,"unit":"images"}',
      '{broken',
    ]);
    expect(['boom', '{broken']).toContain(lastLine);
    expect(events.at(-1)).toMatchObject({ type: 'job-ended', succeeded: false, reason: lastLine });
  });

  it('runs no more jobs at once than it was told', async () => {
    let running = 0;
    let most = 0;
    const { batch } = batchOf(
      '',
      {},
      {
        maxJobs: 2,
        onEvent: ({ type }) => {
          if (type === 'job-started') most = Math.max(most, ++running);
          if (type === 'job-ended') running--;
        },
      },
    );
    await Promise.all(Array.from({ length: 5 }, () => batch.ended(batch.submit(request()).id)));
    expect(most).toBe(2);
  });

  it('gives a job whose machine Spot took another attempt, by the words that AWS says', async () => {
    const { batch, folder } = batchOf(
      "import { writeFileSync } from 'node:fs'; writeFileSync('ran', '');",
      { rules: [{ action: 'RETRY', onStatusReason: 'Host EC2*' }] },
      {},
      (_, attempt) => (attempt === 1 ? { statusReason: 'Host EC2 (instance i-1) terminated.' } : undefined),
    );
    const { detail } = await batch.ended(batch.submit(request()).id);
    expect(detail).toMatchObject({
      Status: 'SUCCEEDED',
      Attempts: [{ StatusReason: 'Host EC2 (instance i-1) terminated.' }, { ExitCode: 0 }],
    });
    expect(existsSync(join(folder, 'ran'))).toBe(true);
  });

  it('ends an attempt that takes too long, and gives it no other', async () => {
    const { batch } = batchOf('setInterval(() => {}, 1000);', { timeoutSeconds: 0.3, rules: [] });
    const { detail } = await batch.ended(batch.submit(request()).id);
    expect(detail).toMatchObject({ Status: 'FAILED', StatusReason: 'Job attempt duration exceeded timeout' });
    expect(detail.Attempts).toHaveLength(1);
  });

  it('leaves no process behind when it is closed, be it deaf to SIGTERM or a grandchild', async () => {
    const { batch, folder } = batchOf(
      `
      import { spawn } from 'node:child_process';
      import { writeFileSync } from 'node:fs';
      process.on('SIGTERM', () => {});
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      writeFileSync('pids.part', process.pid + ' ' + child.pid);
      (await import('node:fs')).renameSync('pids.part', 'pids');
      setInterval(() => {}, 1000);`,
      {},
      { maxJobs: 1 },
    );
    const first = batch.submit(request());
    const waiting = batch.submit(request());
    await until(() => existsSync(join(folder, 'pids')));
    const pids = readFileSync(join(folder, 'pids'), 'utf8').split(' ').map(Number);
    expect(pids.map(isAlive)).toEqual([true, true]);

    await batch.close('stopped by a test');

    expect(batch.describe(first.id)).toMatchObject({ Status: 'FAILED', StatusReason: 'stopped by a test' });
    expect(batch.describe(waiting.id)).toMatchObject({ Status: 'FAILED', Attempts: [] });
    await until(() => !pids.some(isAlive));
    const late = await batch.ended(batch.submit(request()).id);
    expect(late.detail).toMatchObject({ Status: 'FAILED', Attempts: [] });
  });

  it('says which program is missing', async () => {
    const { batch } = batchOf('', { command: ['no-such-program-here'] });
    const { detail } = await batch.ended(batch.submit(request()).id);
    expect(detail.Attempts[0]?.Reason).toContain('no-such-program-here');
  });

  it('refuses a queue or a definition that the stack does not have', () => {
    const { batch } = batchOf('');
    expect(() => batch.submit({ ...request(), JobQueue: 'other' })).toThrow('other');
    expect(() => batch.submit({ ...request(), JobDefinition: 'another' })).toThrow('another');
  });
});
