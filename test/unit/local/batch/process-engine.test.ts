import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { JOB_DONE, JOB_TAKEN } from '../../../../core/contracts/next-job.ts';
import { processEngine } from '../../../../local/batch/process-engine.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { attemptOf } from '../fixture.ts';
import { isAlive, until } from '../processes.ts';

/** A worker that tells which process it is, and then does what its environment says. */
const WORKER = `
  const work = ({ OMNIDISTILL_CODE: code, OMNIDISTILL_HANG: hangs }) => {
    console.log('process ' + process.pid);
    process.stderr.write('left open');
    if (code !== undefined) process.exit(Number(code));
    if (hangs !== undefined) return;
    for (const stream of [process.stdout, process.stderr]) stream.write(${JSON.stringify(`${JOB_DONE}\n`)});
  };
  process.on('message', ({ environment }) => {
    process.send('${JOB_TAKEN}');
    work(environment);
  });
  work(process.env);`;

const started = () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'worker.mjs'), WORKER);
  const { engine, close } = processEngine(folder);
  onTestFinished(close);
  let count = 0;
  const work = async (environment: Readonly<Record<string, string>> = {}, signal = new AbortController().signal) => {
    const name = `job-${count++}`;
    const attempt = attemptOf({
      name,
      command: ['node', 'worker.mjs', 'train'],
      environment: { PATH: process.env.PATH ?? '', OMNIDISTILL_RUN_ID: name, ...environment },
      logFile: join(folder, name),
      graceMs: 5000,
      signal,
    });
    const end = await engine(attempt);
    const log = readFileSync(attempt.logFile, 'utf8').trim().split('\n').sort();
    return { ...end, log, pid: Number(/ (\d+)$/m.exec(log.join('\n'))?.[1]) };
  };
  return { work, close };
};

describe('Function: processEngine', () => {
  it('gives a process whose job went well the next one: each job would wait a second or two for its libraries', async () => {
    const { work } = started();
    const first = await work({ AWS_BATCH_JOB_ID: '1' });
    const second = await work({ AWS_BATCH_JOB_ID: '2' });
    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
    expect(second.pid).toBe(first.pid);
    // Each has its own log, and the line between them is in neither.
    expect(second.log).toEqual(['left open', `process ${first.pid}`]);
  });

  it('gives jobs that run at once a process each', async () => {
    const { work } = started();
    const [one, other] = await Promise.all([work(), work()]);
    expect(one!.pid).not.toBe(other!.pid);
  });

  it('gives no job to a process whose job failed, nor to one that died while it waited', async () => {
    const { work } = started();
    const failed = await work({ OMNIDISTILL_CODE: '75' });
    expect(failed).toMatchObject({ exitCode: 75, lastLine: expect.stringMatching(/^(process \d+|left open)$/) });
    const next = await work();
    expect(next.pid).not.toBe(failed.pid);
    process.kill(next.pid, 'SIGKILL');
    await until(() => !isAlive(next.pid));
    expect(await work()).toMatchObject({ exitCode: 0 });
  });

  it('starts another process where a library would have read another environment', async () => {
    const { work } = started();
    const one = await work({ TF_NUM_INTRAOP_THREADS: '1' });
    const other = await work({ TF_NUM_INTRAOP_THREADS: '2' });
    expect(other.pid).not.toBe(one.pid);
  });

  it('stops a job in a process that had others before, and no job follows in it', async () => {
    const { work } = started();
    const before = await work();
    const stop = new AbortController();
    const hanging = work({ OMNIDISTILL_HANG: 'yes' }, stop.signal);
    stop.abort();
    expect(await hanging).toMatchObject({ exitCode: 143, timedOut: false });
    expect((await work()).pid).not.toBe(before.pid);
  });

  it('leaves no process behind when it is closed', async () => {
    const { work, close } = started();
    const { pid } = await work();
    expect(isAlive(pid)).toBe(true);
    await close();
    await until(() => !isAlive(pid));
  });
});
