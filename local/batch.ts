import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { AttemptEnd, Engine } from './attempt.ts';
import { TemplateError } from './errors.ts';
import type { JobEvent, OnEvent } from './events.ts';
import { logicalIdOf } from './intrinsics.ts';
import { identifyJob, type JobRef } from './job.ts';
import { type Outcome, shouldRetry } from './retry-rules.ts';
import type { JobDefinition } from './template.ts';

/** A job that trains keeps its state at its next step; longer than that it need not live, as outputs are written whole. */
const GRACE_MS = 20_000;

/** `SubmitJob` as a state machine calls it. */
export const SubmitJob = z.looseObject({
  JobName: z.string().min(1),
  JobDefinition: z.string(),
  JobQueue: z.string(),
  ContainerOverrides: z
    .object({
      Command: z.array(z.string()).optional(),
      Environment: z.array(z.object({ Name: z.string(), Value: z.coerce.string() })).default([]),
    })
    .default({ Environment: [] }),
});

/** What `DescribeJobs` says of a job, in the spelling of Step Functions. */
export interface JobDetail {
  readonly JobId: string;
  readonly JobName: string;
  readonly JobQueue: string;
  Status: 'RUNNABLE' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  StatusReason?: string;
  readonly Attempts: { ExitCode?: number; Reason?: string; StatusReason?: string }[];
  readonly CreatedAt: number;
  StoppedAt?: number;
}

/** How an attempt ends, whatever it would have done: at once, or killed in the middle of its work. */
export type Fault = Outcome & {
  /** Runs the attempt until it first tells of its progress. */
  readonly atProgress?: boolean;
};

/** Decides an attempt's end; tests put faults in this way. */
export type Inject = (job: JobRef, attempt: number) => Fault | undefined;

export interface LocalBatchOptions {
  readonly definitions: ReadonlyMap<string, JobDefinition>;
  readonly queues: ReadonlySet<string>;
  /** Jobs that run at once. */
  readonly maxJobs: number;
  /** What an attempt runs in: a child process or a container. */
  readonly engine: Engine;
  readonly logFolder: string;
  /** Wins over the job's own environment; `undefined` takes a variable away. */
  readonly hostEnvironment: Readonly<Record<string, string | undefined>>;
  readonly onEvent: OnEvent<JobEvent>;
  /** Milliseconds between SIGTERM and SIGKILL. @default 20_000 */
  readonly graceMs?: number | undefined;
  readonly inject?: Inject | undefined;
}

/** A job that has ended, with the last thing it said. */
export interface EndedJob {
  readonly ref: JobRef;
  readonly detail: JobDetail;
  readonly lastLine: string;
}

interface StartedJob {
  readonly ref: JobRef;
  readonly detail: JobDetail;
  readonly definition: JobDefinition;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly stop: AbortController;
}

interface Job extends StartedJob {
  readonly ended: Promise<EndedJob>;
}

interface EndedAttempt {
  readonly outcome: Outcome;
  /** No other attempt may follow. */
  readonly final: boolean;
  readonly lastLine: string;
  readonly seconds: number;
}

/**
 * AWS Batch on this machine: every job has its definition's command, environment, attempts, retry rules and timeout, and
 * a bounded number of jobs run at once.
 */
export class LocalBatch {
  private readonly jobs = new Map<string, Job>();
  private readonly limit: ReturnType<typeof pLimit>;
  private closedBecause: string | undefined;

  public constructor(private readonly options: LocalBatchOptions) {
    this.limit = pLimit(options.maxJobs);
    mkdirSync(options.logFolder, { recursive: true });
  }

  /** @throws TemplateError where the queue or the job definition is not in the template */
  public submit(request: z.input<typeof SubmitJob>): JobRef {
    const { JobName, JobDefinition, JobQueue, ContainerOverrides } = SubmitJob.parse(request);
    const definition = this.options.definitions.get(JobDefinition);
    if (definition === undefined) throw new TemplateError(`Job definition ${JobDefinition} is not in the template.`);
    if (!this.options.queues.has(JobQueue)) throw new TemplateError(`Job queue ${JobQueue} is not in the template.`);
    const overrides = Object.fromEntries(ContainerOverrides.Environment.map(({ Name, Value }) => [Name, Value]));
    const command = ContainerOverrides.Command ?? definition.command;
    const environment = { ...definition.environment, ...overrides };
    const id = randomUUID();
    const { label = `${JobName}-${id.slice(0, 8)}`, ...known } = identifyJob(command, environment);
    const ref: JobRef = { id, name: JobName, label, ...known, logFile: join(this.options.logFolder, `${label}.log`) };
    const detail: JobDetail = { JobId: id, JobName, JobQueue, Status: 'RUNNABLE', Attempts: [], CreatedAt: Date.now() };
    const stop = new AbortController();
    const started = { ref, detail, definition, command, environment, stop };
    this.jobs.set(id, { ...started, ended: this.run(started) });
    return ref;
  }

  /** The job as it stands; `undefined` for an id that was never given out. */
  public describe(jobId: string): JobDetail | undefined {
    return this.jobs.get(jobId)?.detail;
  }

  /** Resolves when the job has ended, well or not. */
  public ended(jobId: string): Promise<EndedJob> {
    const job = this.jobs.get(jobId);
    if (job === undefined) throw new TemplateError(`Job ${jobId} was never submitted.`);
    return job.ended;
  }

  /** Stops a job, waiting or running, and waits until nothing of it is left; an ended job stays as it is. */
  public async terminate(jobId: string, reason: string): Promise<void> {
    const job = this.jobs.get(jobId);
    job?.stop.abort(reason);
    await job?.ended;
  }

  /** Stops everything and takes no more jobs; resolves when no process is left. */
  public async close(reason: string): Promise<void> {
    this.closedBecause ??= reason;
    await Promise.all([...this.jobs.keys()].map((id) => this.terminate(id, reason)));
  }

  private async run(job: StartedJob): Promise<EndedJob> {
    if (this.closedBecause !== undefined) job.stop.abort(this.closedBecause);
    this.options.onEvent({ type: 'job-queued', job: job.ref });
    const { signal } = job.stop;
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve());
      if (signal.aborted) resolve();
    });
    let seconds = 0;
    let lastLine = '';
    for (let attempt = 1; ; attempt++) {
      const turn = this.limit(async () => {
        if (signal.aborted) return false;
        const end = await this.attempt(job, attempt);
        seconds += end.seconds;
        lastLine = end.lastLine || lastLine;
        return this.settle(job, attempt, end, seconds, lastLine);
      });
      // A job that waits is stopped at once, not when its turn comes.
      const again = await Promise.race([turn, aborted.then(() => job.detail.Status !== 'RUNNABLE' && turn)]);
      if (again) continue;
      if (job.detail.Status === 'RUNNABLE') {
        const stopped = { outcome: { statusReason: String(signal.reason) }, final: true };
        this.settle(job, attempt, stopped, seconds, lastLine);
      }
      return { ref: job.ref, detail: job.detail, lastLine };
    }
  }

  /** Records how an attempt ended; true where another one follows. */
  private settle(
    { ref, detail, definition }: StartedJob,
    attempt: number,
    { outcome, final }: Pick<EndedAttempt, 'outcome' | 'final'>,
    seconds: number,
    lastLine: string,
  ): boolean {
    const { onEvent } = this.options;
    const succeeded = outcome.exitCode === 0 && !final;
    const why = succeeded ? '' : describeEnd(outcome, final ? '' : lastLine);
    detail.StatusReason = outcome.statusReason ?? '';
    if (!succeeded && !final && shouldRetry(definition.attempts, attempt, definition.rules, outcome)) {
      detail.Status = 'RUNNABLE';
      onEvent({ type: 'job-retried', job: ref, attempt, reason: why });
      return true;
    }
    detail.Status = succeeded ? 'SUCCEEDED' : 'FAILED';
    detail.StoppedAt = Date.now();
    onEvent({ type: 'job-ended', job: ref, succeeded, seconds, reason: why });
    return false;
  }

  private async attempt(job: StartedJob, attempt: number): Promise<EndedAttempt> {
    const { ref, detail, stop } = job;
    const { onEvent, inject } = this.options;
    const stopped = (): Outcome => ({ statusReason: String(stop.signal.reason) });
    detail.Status = 'RUNNING';
    onEvent({ type: 'job-started', job: ref, attempt });
    const began = performance.now();
    const fault = inject?.(ref, attempt);
    const { atProgress = false, ...faulty } = fault ?? {};
    const end =
      fault !== undefined && !atProgress
        ? { ...faulty, timedOut: false, lastLine: '' }
        : await this.runAttempt(job, attempt, fault && faulty);
    const { timedOut, lastLine, ...exit } = end;
    const timeout = { ...exit, statusReason: 'Job attempt duration exceeded timeout' };
    const terminated = stop.signal.aborted && exit.exitCode !== 0;
    const outcome: Outcome = terminated ? { ...exit, ...stopped() } : timedOut ? timeout : exit;
    detail.Attempts.push({
      ...(outcome.exitCode === undefined ? {} : { ExitCode: outcome.exitCode }),
      ...(outcome.reason === undefined ? {} : { Reason: outcome.reason }),
      ...(outcome.statusReason === undefined ? {} : { StatusReason: outcome.statusReason }),
    });
    // AWS Batch starts no other attempt after a timeout or a termination.
    return { outcome, final: terminated || timedOut, lastLine, seconds: (performance.now() - began) / 1000 };
  }

  /** @param fault - the end of an attempt that is killed when it first tells of its progress */
  private async runAttempt(job: StartedJob, attempt: number, fault: Outcome | undefined): Promise<AttemptEnd> {
    const { ref, definition, stop } = job;
    const { onEvent, engine, graceMs = GRACE_MS } = this.options;
    const kill = new AbortController();
    const end = await engine({
      name: `${ref.id}-${attempt}`,
      command: job.command,
      environment: this.environment(job, attempt),
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
  }

  private environment(job: StartedJob, attempt: number): Record<string, string> {
    const all: Record<string, string | undefined> = {
      ...job.environment,
      ...this.options.hostEnvironment,
      AWS_BATCH_JOB_ID: job.ref.id,
      AWS_BATCH_JOB_ATTEMPT: String(attempt),
      AWS_BATCH_JQ_NAME: logicalIdOf(job.detail.JobQueue),
    };
    const present = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return Object.fromEntries(present);
  }
}

/** Why an attempt failed, in one line: what was said last may be a stack. */
const describeEnd = ({ exitCode, reason, statusReason }: Outcome, lastLine: string): string =>
  lastLine.split('\n')[0] ||
  reason ||
  (exitCode === undefined ? '' : `exit code ${exitCode}, `) + (statusReason ?? 'no reason');
