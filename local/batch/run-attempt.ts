import { logicalIdOf } from '../cloudformation/cloudformation-intrinsics.ts';
import type { JobEvent, OnEvent } from '../events.ts';
import type { Engine } from './engine.ts';
import type { StartedJob } from './job.ts';
import type { AttemptOutcome } from './retry-rules.ts';

/** A job that trains keeps its state at its next step; longer than that it need not live, as outputs are written whole. */
const GRACE_MS = 20_000;

/** What every attempt has in common, whatever its job. */
export interface AttemptOptions {
  /** What an attempt runs in: a child process or a container. */
  readonly engine: Engine;
  /** Wins over the job's own environment; `undefined` takes a variable away. */
  readonly hostEnvironment: Readonly<Record<string, string | undefined>>;
  readonly onEvent: OnEvent<JobEvent>;
  /** Milliseconds between SIGTERM and SIGKILL. @default 20_000 */
  readonly graceMs?: number | undefined;
}

export interface EndedAttempt {
  readonly outcome: AttemptOutcome;
  /** No other attempt may follow. */
  readonly final: boolean;
  readonly lastLine: string;
  readonly seconds: number;
}

/** Runs one attempt of a job, and notes in the job's detail how it ended. */
export async function runAttempt(job: StartedJob, attempt: number, options: AttemptOptions): Promise<EndedAttempt> {
  const { ref, detail, definition, stop } = job;
  const { onEvent, engine, hostEnvironment, graceMs = GRACE_MS } = options;
  detail.Status = 'RUNNING';
  onEvent({ type: 'job-started', job: ref, attempt });
  const began = performance.now();
  const { timedOut, lastLine, ...exit } = await engine({
    name: `${ref.id}-${attempt}`,
    command: job.command,
    environment: environmentOf(job, attempt, hostEnvironment),
    logFile: ref.logFile,
    memoryMiB: definition.memoryMiB,
    wantsGpu: definition.wantsGpu,
    timeoutSeconds: definition.timeoutSeconds,
    graceMs,
    signal: stop.signal,
    onMessage: (message) =>
      onEvent(
        message.event === 'log'
          ? { type: 'job-log', job: ref, level: message.level, message: message.message }
          : { ...message, type: 'job-progress', job: ref },
      ),
  });
  const terminated = stop.signal.aborted && exit.exitCode !== 0;
  const outcome: AttemptOutcome = terminated
    ? { ...exit, statusReason: String(stop.signal.reason) }
    : timedOut
      ? { ...exit, statusReason: 'Job attempt duration exceeded timeout' }
      : exit;
  detail.Attempts.push({
    ...(outcome.exitCode === undefined ? {} : { ExitCode: outcome.exitCode }),
    ...(outcome.reason === undefined ? {} : { Reason: outcome.reason }),
    ...(outcome.statusReason === undefined ? {} : { StatusReason: outcome.statusReason }),
  });
  // AWS Batch starts no other attempt after a timeout or a termination.
  return { outcome, final: terminated || timedOut, lastLine, seconds: (performance.now() - began) / 1000 };
}

function environmentOf(
  job: StartedJob,
  attempt: number,
  hostEnvironment: AttemptOptions['hostEnvironment'],
): Record<string, string> {
  const all: Record<string, string | undefined> = {
    ...job.environment,
    ...hostEnvironment,
    AWS_BATCH_JOB_ID: job.ref.id,
    AWS_BATCH_JOB_ATTEMPT: String(attempt),
    AWS_BATCH_JQ_NAME: logicalIdOf(job.detail.JobQueue),
  };
  const present = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(present);
}
