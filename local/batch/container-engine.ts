import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type ContainerSetup, createArguments } from './container-arguments.ts';
import { docker, pullWhereMissing } from './container-cli.ts';
import { type Attempt, type AttemptEnd, type Engine, exited, notStarted, stopInTime } from './engine.ts';
import type { AttemptOutcome } from './retry-rules.ts';
import { followLines, jobOutput } from './worker-output.ts';

/** As far as `docker inspect` is read here. */
const State = z.object({ ExitCode: z.number(), OOMKilled: z.boolean(), Error: z.string() });

/** Exit code of a process that SIGKILL ended. */
const KILLED = 137;

/** How late the engine may tell that the kernel ended a container. */
const OOM_LATE_MS = 1000;

/**
 * Jobs as containers of the worker image, with the command, environment, memory and time of their definition. Standard
 * output is read as that of a child process. Needs the `docker` command.
 */
export const containerEngine =
  (setup: ContainerSetup): Engine =>
  async (attempt) => {
    const refused = (reason: string): AttemptEnd => ({ ...notStarted(reason), timedOut: false, lastLine: '' });
    const missing = await pullWhereMissing(setup.image);
    if (missing !== undefined) return refused(`CannotPullContainerError: ${missing}`);
    const name = `omnidistill-${attempt.name}`;
    const created = await docker(createArguments(setup, name, attempt), attempt.environment);
    if (!created.ok) return refused(`CannotCreateContainerError: ${created.fault}`);
    const remove = removeWhenOver(name);
    try {
      return await runCreated(name, attempt);
    } finally {
      await remove();
    }
  };

/**
 * Removes a container, running or not, when the returned function is called, and when this process dies before: the
 * helper's standard input closes then.
 */
function removeWhenOver(name: string): () => Promise<void> {
  const helper = spawn('sh', ['-c', 'cat > /dev/null; docker rm --force --volumes "$0"', name], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Ctrl-C in a terminal reaches the whole process group, and must not reach the helper.
    detached: true,
  });
  const removed = once(helper, 'exit');
  return async () => {
    helper.stdin.end();
    await removed;
  };
}

async function runCreated(name: string, attempt: Attempt): Promise<AttemptEnd> {
  const attached = spawn('docker', ['start', '--attach', name], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const output = jobOutput(attempt);
  followLines([attached.stdout, attached.stderr], output.onLine);
  let over = false;
  const grace = String(Math.ceil(attempt.graceMs / 1000));
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // Again and again, as stopping a container that is just being started does nothing.
    while (!over) {
      await docker(['stop', '--time', grace, name]);
      await pause(100);
    }
  };
  const watch = stopInTime(attempt, () => void stop());
  await once(attached, 'close');
  over = true;
  return { ...(await outcomeOf(name)), ...watch.end(), lastLine: await output.close() };
}

async function outcomeOf(name: string): Promise<AttemptOutcome> {
  const inspected = await docker(['inspect', '--format', '{{json .State}}', name]);
  if (!inspected.ok) return notStarted(`CannotInspectContainerError: ${inspected.fault}`);
  const state = State.parse(JSON.parse(inspected.stdout));
  if (state.Error !== '')
    return { exitCode: state.ExitCode, ...notStarted(`CannotStartContainerError: ${state.Error}`) };
  const outOfMemory = state.OOMKilled || (state.ExitCode === KILLED && (await hasOomEvent(name)));
  const reason = outOfMemory ? { reason: 'OutOfMemoryError: Container killed due to memory usage' } : {};
  return { ...exited(state.ExitCode), ...reason };
}

/** On a busy machine the engine may hear of the kill after the end: then its state never says so, only its events do. */
async function hasOomEvent(name: string): Promise<boolean> {
  const until = String((Date.now() + OOM_LATE_MS) / 1000);
  const filters = ['--filter', `container=${name}`, '--filter', 'event=oom'];
  const events = await docker(['events', '--since', '1m', '--until', until, ...filters]);
  return events.stdout !== '';
}
