import type { WorkerMessage } from '../events.ts';
import type { AttemptOutcome } from './retry-rules.ts';

/** One attempt of a job: what is to run, whatever it runs in. */
export interface Attempt {
  /** Unique on this machine; letters, digits and `-`. */
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that the job prints is appended here. */
  readonly logFile: string;
  /** Bound of the job's memory. A child process has none. */
  readonly memoryMiB?: number | undefined;
  /** Whether the job's definition asks for GPUs. A child process sees what this machine has. */
  readonly wantsGpu: boolean;
  readonly timeoutSeconds?: number | undefined;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  readonly signal: AbortSignal;
  readonly onMessage: (message: WorkerMessage) => void;
}

/** `timedOut` and `terminated` attempts are never followed by another one. */
export type AttemptEnd = AttemptOutcome & { readonly timedOut: boolean; readonly lastLine: string };

/**
 * Runs one attempt and tells how it ended; never throws for what the job does. On an abort or a timeout the job gets
 * SIGTERM, and SIGKILL after the grace period.
 */
export type Engine = (attempt: Attempt) => Promise<AttemptEnd>;

/** The outcome of an attempt whose command never ran. */
export const notStarted = (reason: string): AttemptOutcome => ({ reason, statusReason: 'Task failed to start' });

/** The outcome of an attempt whose command ended by itself or by a signal. */
export const exited = (exitCode: number): AttemptOutcome => ({
  exitCode,
  statusReason: 'Essential container in task exited',
});

/**
 * Calls `stop`, at most once for each, when the attempt is aborted and when its time is over.
 * @returns `end` to be called when the attempt has ended; it tells whether its time was over
 */
export const stopInTime = (
  { signal, timeoutSeconds }: Pick<Attempt, 'signal' | 'timeoutSeconds'>,
  stop: () => void,
): { readonly end: () => { readonly timedOut: boolean } } => {
  let timedOut = false;
  const onTimeout = (): void => {
    timedOut = true;
    stop();
  };
  const timer = timeoutSeconds === undefined ? undefined : setTimeout(onTimeout, timeoutSeconds * 1000);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  return {
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      return { timedOut };
    },
  };
};
