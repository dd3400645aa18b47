import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import type { WorkerMessage } from './events.ts';
import type { Outcome } from './retry-rules.ts';

export interface Attempt {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Everything the process prints is appended here. */
  readonly logFile: string;
  readonly timeoutSeconds?: number | undefined;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  readonly signal: AbortSignal;
  readonly onMessage: (message: WorkerMessage) => void;
}

/** `timedOut` and `terminated` attempts are never followed by another one. */
export type AttemptEnd = Outcome & { readonly timedOut: boolean; readonly lastLine: string };

const Message = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('progress'),
    done: z.number(),
    total: z.number().nullable().default(null),
    unit: z.string(),
  }),
  z.object({ event: z.literal('log'), level: z.enum(['info', 'warn', 'error']), message: z.string() }),
]);

/** A line of a worker's output as a message; `undefined` where it is something else that a library printed. */
export const parseMessage = (line: string): WorkerMessage | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    return Message.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
};

/**
 * Ends a job whose runner was killed and could not stop it. It watches from a thread of its own, because a job that
 * computes does not reach its timers; a new thread inherits the flag, hence the check.
 */
const guardUrl = (runner: number): string => {
  const watch = `setInterval(() => { if (process.ppid !== ${runner}) process.kill(-process.pid, 'SIGKILL'); }, 500);`;
  const code =
    "import { isMainThread, Worker } from 'node:worker_threads';" +
    `if (isMainThread) new Worker(${JSON.stringify(watch)}, { eval: true, execArgv: [] }).unref();`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
};

const resolveCommand = ([program, ...rest]: readonly string[]): [string, string[]] =>
  program === 'node' ? [process.execPath, ['--import', guardUrl(process.pid), ...rest]] : [program ?? '', rest];

/** The process is the leader of its group, so what it started ends with it. */
const signalGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch (error) {
    // The group is gone already: nothing is left to signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

/**
 * Runs one attempt of a job as a child process and tells how it ended; never throws for what the process does.
 * On an abort or a timeout the whole process group gets SIGTERM, and SIGKILL after the grace period.
 */
export const runAttempt = async (attempt: Attempt): Promise<AttemptEnd> => {
  const [program, args] = resolveCommand(attempt.command);
  const log = createWriteStream(attempt.logFile, { flags: 'a' });
  const child = spawn(program, args, {
    cwd: attempt.folder,
    env: attempt.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let lastLine = '';
  let timedOut = false;
  let killer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    signalGroup(child, 'SIGTERM');
    killer ??= setTimeout(() => signalGroup(child, 'SIGKILL'), attempt.graceMs);
  };
  const timer =
    attempt.timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          stop();
        }, attempt.timeoutSeconds * 1000);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      const message = parseMessage(line);
      if (message !== undefined) attempt.onMessage(message);
      // What a worker says in passing is no reason for its end.
      if (message?.event === 'log' && message.level !== 'info') lastLine = message.message;
      else if (message === undefined && line.trim() !== '') lastLine = line.trim();
    });
  }
  attempt.signal.addEventListener('abort', stop);
  if (attempt.signal.aborted) stop();
  const end = await new Promise<Outcome>((resolve) => {
    child.once('error', (error) =>
      resolve({
        exitCode: 127,
        reason: `CannotStartContainerError: ${error.message}`,
        statusReason: 'Task failed to start',
      }),
    );
    // Whatever the process started must not outlive it, and would keep its pipes open.
    child.once('exit', () => signalGroup(child, 'SIGKILL'));
    child.once('close', (code, signal) =>
      resolve({
        exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
        statusReason: 'Essential container in task exited',
      }),
    );
  });
  clearTimeout(timer);
  clearTimeout(killer);
  attempt.signal.removeEventListener('abort', stop);
  log.end();
  await finished(log);
  return { ...end, timedOut, lastLine };
};
