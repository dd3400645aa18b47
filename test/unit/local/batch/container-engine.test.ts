import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { requireContainerHost } from '../../../../local/batch/container-cli.ts';
import { containerEngine } from '../../../../local/batch/container-engine.ts';
import type { Attempt } from '../../../../local/batch/engine.ts';
import { LocalBatch } from '../../../../local/batch/local-batch.ts';
import type { WorkerMessage } from '../../../../local/events.ts';
import { attemptOf } from '../fixture.ts';
import { until } from '../processes.ts';
import { type FakeDocker, fakeDocker } from './container-fake.ts';

const SETUP = { image: 'worker:1', outFolder: '/out', inputs: [], user: '1000:1000', gpus: false };

const attemptIn = (fake: FakeDocker, more: Partial<Attempt> = {}): Attempt =>
  attemptOf({ logFile: join(fake.folder, 'log'), graceMs: 1_500, ...more });

describe('Function: containerEngine', () => {
  it('shows the progress of a job, keeps its log, and leaves no container', async () => {
    // Prepare
    const fake = fakeDocker();
    fake.put('image');
    fake.put('job', `echo '{"event":"progress","done":3,"unit":"images"}'; echo 'boom' >&2; exit 65`);
    const messages: WorkerMessage[] = [];
    // Act
    const end = await containerEngine(SETUP)(attemptIn(fake, { onMessage: (message) => messages.push(message) }));
    // Assess
    expect(end).toMatchObject({ exitCode: 65, timedOut: false, lastLine: 'boom' });
    expect(messages).toEqual([{ event: 'progress', done: 3, total: null, unit: 'images' }]);
    expect(fake.lines('log').sort()).toEqual(['boom', '{"event":"progress","done":3,"unit":"images"}']);
    expect(fake.has('removed')).toBe(true);
  });

  it('gives the job its environment without showing it to every user of the machine', async () => {
    const fake = fakeDocker();
    fake.put('image');
    fake.put('job', 'exit 0');
    await containerEngine(SETUP)(attemptIn(fake, { environment: { AWS_SECRET_ACCESS_KEY: 'hidden' } }));
    expect(fake.lines('environment')).toContain('AWS_SECRET_ACCESS_KEY=hidden');
    expect(readFileSync(join(fake.folder, 'calls'), 'utf8')).not.toContain('hidden');
  });

  it('says that the memory was too little, in the words of AWS', async () => {
    const fake = fakeDocker();
    for (const name of ['image', 'oom']) fake.put(name);
    fake.put('job', 'exit 137');
    const end = await containerEngine(SETUP)(attemptIn(fake));
    expect(end.exitCode).toBe(137);
    expect(end.reason).toMatch(/^OutOfMemoryError: /);
  });

  it('says so, too, where the engine heard of it after the end and keeps it in its events alone', async () => {
    const fake = fakeDocker();
    fake.put('image');
    fake.put('events', 'container oom');
    fake.put('job', 'exit 137');
    expect((await containerEngine(SETUP)(attemptIn(fake))).reason).toMatch(/^OutOfMemoryError: /);
  });

  it('does not blame the memory where a person killed the job', async () => {
    const fake = fakeDocker();
    fake.put('image');
    fake.put('job', 'exit 137');
    const end = await containerEngine(SETUP)(attemptIn(fake));
    expect(end.exitCode).toBe(137);
    expect(end.reason).toBeUndefined();
  });

  it.each([
    ['a container that cannot be made', 'refuse', '', 'CannotCreateContainerError: invalid mount'],
    [
      'a command that cannot be started',
      'error',
      'exec: no such file',
      'CannotStartContainerError: exec: no such file',
    ],
  ])('names %s', async (_, file, content, reason) => {
    const fake = fakeDocker();
    fake.put('image');
    fake.put('job', 'exit 127');
    fake.put(file, content);
    expect(await containerEngine(SETUP)(attemptIn(fake))).toMatchObject({ reason });
  });

  it('stops a job with the grace that it is due', async () => {
    const fake = fakeDocker();
    fake.put('image');
    fake.put('job', `trap 'exit 143' TERM; echo started; while :; do sleep 0.05; done`);
    const stop = new AbortController();
    const running = containerEngine(SETUP)(attemptIn(fake, { signal: stop.signal }));
    await until(() => fake.has('log') && fake.lines('log').includes('started'));
    stop.abort();
    expect(await running).toMatchObject({ exitCode: 143 });
    expect(fake.lines('calls')).toContain('stop --time 2 omnidistill-job-1');
    expect(fake.has('removed')).toBe(true);
  });

  it('ends a job that takes too long', async () => {
    const fake = fakeDocker();
    fake.put('image');
    fake.put('job', `trap 'exit 143' TERM; while :; do sleep 0.05; done`);
    const end = await containerEngine(SETUP)(attemptIn(fake, { timeoutSeconds: 0.3 }));
    expect(end).toMatchObject({ exitCode: 143, timedOut: true });
  });

  it('leaves no container when the runner itself is killed', async () => {
    const fake = fakeDocker();
    fake.put('image');
    fake.put('job', 'exec sleep 20');
    const attempt = { ...attemptIn(fake), signal: undefined, onMessage: undefined };
    const engine = pathToFileURL(join(import.meta.dirname, '../../../../local/batch/container-engine.ts')).href;
    writeFileSync(
      join(fake.folder, 'runner.mts'),
      `import { containerEngine } from ${JSON.stringify(engine)};
       const attempt = { ...${JSON.stringify(attempt)}, signal: new AbortController().signal, onMessage: () => {} };
       await containerEngine(${JSON.stringify(SETUP)})(attempt);`,
    );
    const runner = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), join(fake.folder, 'runner.mts')], {
      stdio: 'inherit',
    });
    await until(() => fake.has('pid') && fake.lines('pid')[0] !== '');
    expect(fake.has('removed')).toBe(false);
    runner.kill('SIGKILL');
    await until(() => fake.has('removed'));
    process.kill(Number(fake.lines('pid')[0]), 'SIGKILL');
  });
});

describe('Class: LocalBatch with containers', () => {
  it('tries again to pull an image, as the retry rules on AWS say', async () => {
    const fake = fakeDocker();
    const definition = {
      command: ['node'],
      environment: {},
      attempts: 3,
      wantsGpu: false,
      rules: [
        { action: 'RETRY' as const, onReason: 'CannotPullContainerError:*' },
        { action: 'EXIT' as const, onReason: '*' },
      ],
    };
    const batch = new LocalBatch({
      definitions: new Map([['definition', definition]]),
      queues: new Set(['queue']),
      maxJobs: 1,
      engine: containerEngine(SETUP),
      logFolder: join(fake.folder, 'logs'),
      hostEnvironment: {},
      onEvent: () => {},
    });
    const { id } = batch.submit({ JobName: 'job', JobDefinition: 'definition', JobQueue: 'queue' });
    const { detail } = await batch.ended(id);
    expect(detail).toMatchObject({ Status: 'FAILED', StatusReason: 'Task failed to start' });
    expect(detail.Attempts.map(({ Reason }) => Reason)).toEqual(
      Array(3).fill('CannotPullContainerError: manifest unknown'),
    );
  });
});

describe('Function: requireContainerHost', () => {
  it('says before anything runs that no engine answers, and how to do without', async () => {
    fakeDocker();
    const checked = requireContainerHost('worker:1');
    await expect(checked).rejects.toMatchObject({ name: 'ConfigError', exitCode: 64 });
    await expect(checked).rejects.toThrow(/Cannot connect to the Docker daemon\..*leave out --engine/);
  });

  it('says how to build an image that is nowhere', async () => {
    fakeDocker().put('info', '{"runc":{}}');
    await expect(requireContainerHost('worker:1')).rejects.toThrow(/worker:1.*manifest unknown.*npm run image/);
  });

  it.each([
    ['{"runc":{}}', false],
    ['{"nvidia":{"path":"nvidia-container-runtime"},"runc":{}}', true],
  ])('offers GPUs only where the engine can give them: %s', async (runtimes, gpus) => {
    const fake = fakeDocker();
    fake.put('info', runtimes);
    fake.put('image');
    expect(await requireContainerHost('worker:1')).toEqual({ gpus });
  });
});
