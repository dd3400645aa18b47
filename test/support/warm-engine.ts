import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { afterAll } from 'vitest';
import { type Attempt, type Engine, exited, stopInTime } from '../../local/batch/engine.ts';
import type { AttemptOutcome } from '../../local/batch/retry-rules.ts';
import { followOutput } from '../../local/batch/worker-output.ts';
import { projectFolder } from '../../local/cloudformation/assembly.ts';
import type { Decorators } from '../../local/run.ts';

const HOST = join(import.meta.dirname, 'warm-host.mjs');

/**
 * Jobs in processes that have loaded the worker's libraries already, which is two thirds of what a tiny run computes: for
 * tests of what jobs do. How a process of their own starts and ends is tested with the engine that users have.
 * To be called once, at the top of a test file.
 * @returns for `runLocally`: a run whose jobs run in such processes, and meet the faults that are given
 */
export const warmJobs = (): ((faults?: Decorators) => Decorators & Required<Pick<Decorators, 'engine'>>) => {
  const idle = new Set<ChildProcess>();
  afterAll(async () => {
    await Promise.all([...idle].map(close));
  });
  const engine = engineOf(idle);
  return (faults = {}) => ({ ...faults, engine: () => faults.engine?.(engine) ?? engine });
};

/** @param idle - processes whose job has ended */
const engineOf =
  (idle: Set<ChildProcess>): Engine =>
  async (attempt) => {
    const [host = startHost()] = idle;
    idle.delete(host);
    const output = new PassThrough();
    const closeLog = followOutput([output], attempt);
    let killer: NodeJS.Timeout | undefined;
    const watch = stopInTime(attempt, () => {
      host.kill('SIGTERM');
      killer ??= setTimeout(() => host.kill('SIGKILL'), attempt.graceMs);
    });
    const outcome = await ended(host, attempt, output);
    const { timedOut } = watch.end();
    clearTimeout(killer);
    if (killer !== undefined) host.kill('SIGKILL');
    else if (host.connected) idle.add(host);
    output.end();
    await finished(output);
    return { ...outcome, timedOut, lastLine: await closeLog() };
  };

function startHost(): ChildProcess {
  const cwd = join(projectFolder(), 'dist', 'worker');
  return fork(HOST, { cwd, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

function ended(host: ChildProcess, attempt: Attempt, output: PassThrough): Promise<AttemptOutcome> {
  return new Promise((resolve) => {
    const done = (code: number): void => {
      host.off('message', onMessage).off('exit', onExit);
      resolve(exited(code));
    };
    const onMessage = (told: { readonly text: string } | { readonly exitCode: number }): void => {
      if ('text' in told) output.write(told.text);
      else done(told.exitCode);
    };
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void =>
      done(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    host.on('message', onMessage).on('exit', onExit);
    // A process that was killed meanwhile has told so by its exit.
    host.send({ command: attempt.command.slice(1), environment: attempt.environment }, () => undefined);
  });
}

async function close(host: ChildProcess): Promise<void> {
  const gone = once(host, 'exit');
  host.disconnect();
  await gone;
}
