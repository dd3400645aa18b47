import { logicalIdOf } from '../cloudformation/cloudformation-intrinsics.ts';
import type { AttemptEnd } from './engine.ts';
import type { EndedAttempt, LocalBatchOptions, StartedJob } from './job.ts';
import type { Outcome } from './retry-rules.ts';

/** A job that trains keeps its state at its next step; longer than that it need not live, as outputs are written whole. */
const GRACE_MS = 20_000;

const environmentOf = (
  job: StartedJob,
  attempt: number,
  hostEnvironment: LocalBatchOptions['hostEnvironment'],
): Record<string, string> => {
  const all: Record<string, string | undefined> = {
    ...job.environment,
    ...hostEnvironment,
    AWS_BATCH_JOB_ID: job.ref.id,
    AWS_BATCH_JOB_ATTEMPT: String(attempt),
    AWS_BATCH_JQ_NAME: logicalIdOf(job.detail.JobQueue),
  };
  const present = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(present);
};

/** @param fault - the end of an attempt that is killed when it first tells of its progress */
const runInEngine = async (
  job: StartedJob,
  attempt: number,
  options: LocalBatchOptions,
  fault: Outcome | undefined,
): Promise<AttemptEnd> => {
  const { ref, definition, stop } = job;
  const { onEvent, engine, hostEnvironment, graceMs = GRACE_MS } = options;
  const kill = new AbortController();
  const end = await engine({
    name: `${ref.id}-${attempt}`,
    command: job.command,
    environment: environmentOf(job, attempt, hostEnvironment),
    logFile: ref.logFile,
    memoryMiB: definition.memoryMiB,
    wantsGpu: definition.wantsGpu,
    timeoutSeconds: definition.timeoutSeconds,
    graceMs: fault === undefined ? graceMs : 0,
    signal: AbortSignal.any([stop.signal, kill.signal]),
    onMessage: (message) => {
      if (message.event === 'log') {
        onEvent({ type: 'job-log', job: ref, level: message.level, message: message.message });
        return;
      }
      onEvent({ ...message, type: 'job-progress', job: ref });
      if (fault !== undefined) kill.abort();
    },
  });
  return kill.signal.aborted && !stop.signal.aborted ? { ...fault, timedOut: false, lastLine: '' } : end;
};

/** Runs one attempt of a job, or lets it meet its fault, and notes in the job's detail how it ended. */
export const attemptJob = async (
  job: StartedJob,
  attempt: number,
  options: LocalBatchOptions,
): Promise<EndedAttempt> => {
  const { ref, detail, stop } = job;
  detail.Status = 'RUNNING';
  options.onEvent({ type: 'job-started', job: ref, attempt });
  const began = performance.now();
  const fault = options.inject?.(ref, attempt);
  const { atProgress = false, ...faulty } = fault ?? {};
  const { timedOut, lastLine, ...exit } =
    fault !== undefined && !atProgress
      ? { ...faulty, timedOut: false, lastLine: '' }
      : await runInEngine(job, attempt, options, fault && faulty);
  const timeout = { ...exit, statusReason: 'Job attempt duration exceeded timeout' };
  const terminated = stop.signal.aborted && exit.exitCode !== 0;
  const outcome: Outcome = terminated
    ? { ...exit, statusReason: String(stop.signal.reason) }
    : timedOut
      ? timeout
      : exit;
  detail.Attempts.push({
    ...(outcome.exitCode === undefined ? {} : { ExitCode: outcome.exitCode }),
    ...(outcome.reason === undefined ? {} : { Reason: outcome.reason }),
    ...(outcome.statusReason === undefined ? {} : { StatusReason: outcome.statusReason }),
  });
  // AWS Batch starts no other attempt after a timeout or a termination.
  return { outcome, final: terminated || timedOut, lastLine, seconds: (performance.now() - began) / 1000 };
};
