import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { type Engine, exited, notStarted, stopInTime } from './engine.ts';
import type { AttemptOutcome } from './retry-rules.ts';
import { followOutput } from './worker-output.ts';

/**
 * Jobs as child processes of this one, ended as whole process groups.
 * @param folder - in which the commands run: the image's working directory
 */
export const processEngine =
  (folder: string): Engine =>
  async (attempt) => {
    const [program, args] = resolveCommand(attempt.command);
    const child = spawn(program, args, {
      cwd: folder,
      env: attempt.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const closeLog = followOutput([child.stdout, child.stderr], attempt);
    let killer: NodeJS.Timeout | undefined;
    const watch = stopInTime(attempt, () => {
      signalGroup(child, 'SIGTERM');
      killer ??= setTimeout(() => signalGroup(child, 'SIGKILL'), attempt.graceMs);
    });
    const outcome = await new Promise<AttemptOutcome>((resolve) => {
      child.once('error', (error) =>
        resolve({ exitCode: 127, ...notStarted(`CannotStartContainerError: ${error.message}`) }),
      );
      // Whatever the process started must not outlive it, and would keep its pipes open.
      child.once('exit', () => signalGroup(child, 'SIGKILL'));
      child.once('close', (code, signal) =>
        resolve(exited(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))),
      );
    });
    clearTimeout(killer);
    return { ...outcome, ...watch.end(), lastLine: await closeLog() };
  };

function resolveCommand([program, ...rest]: readonly string[]): [string, string[]] {
  return program === 'node' ? [process.execPath, ['--import', guardUrl(process.pid), ...rest]] : [program ?? '', rest];
}

/**
 * Ends a job whose runner was killed and could not stop it. It watches from a thread of its own, because a job that
 * computes does not reach its timers; a new thread inherits the flag, hence the check.
 */
function guardUrl(runner: number): string {
  const watch = `setInterval(() => { if (process.ppid !== ${runner}) process.kill(-process.pid, 'SIGKILL'); }, 500);`;
  const code =
    "import { isMainThread, Worker } from 'node:worker_threads';" +
    `if (isMainThread) new Worker(${JSON.stringify(watch)}, { eval: true, execArgv: [] }).unref();`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

/** The process is the leader of its group, so what it started ends with it. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch (error) {
    // The group is gone already: nothing is left to signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
