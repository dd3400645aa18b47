import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { z } from 'zod';
import { fileError } from '../../core/store/file-errors.ts';
import { TemplateError } from '../errors.ts';
import { type EndedJob, type JobDefinition, type JobDetail, type StartedJob, SubmitJob } from './job.ts';
import { identifyJob, type JobRef } from './job-identity.ts';
import { type AttemptOutcome, shouldRetry } from './retry-rules.ts';
import { type AttemptOptions, type EndedAttempt, runAttempt } from './run-attempt.ts';

export interface LocalBatchOptions extends AttemptOptions {
  /** By ARN. */
  readonly definitions: ReadonlyMap<string, JobDefinition>;
  /** ARNs. */
  readonly queues: ReadonlySet<string>;
  /** Jobs that run at once. */
  readonly maxJobs: number;
  readonly logFolder: string;
}

interface LocalJob extends StartedJob {
  readonly ended: Promise<EndedJob>;
}

/**
 * AWS Batch on this machine: every job has its definition's command, environment, attempts, retry rules and timeout, and
 * a bounded number of jobs run at once.
 */
export class LocalBatch {
  private readonly jobs = new Map<string, LocalJob>();
  private readonly limit: ReturnType<typeof pLimit>;
  private closedBecause: string | undefined;

  public constructor(private readonly options: LocalBatchOptions) {
    this.limit = pLimit(options.maxJobs);
    try {
      mkdirSync(options.logFolder, { recursive: true });
    } catch (error) {
      throw fileError(error, options.logFolder);
    }
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
        const end = await runAttempt(job, attempt, this.options);
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
}

/** Why an attempt failed, in one line: what was said last may be a stack. */
function describeEnd({ exitCode, reason, statusReason }: AttemptOutcome, lastLine: string): string {
  return (
    lastLine.split('\n')[0] ||
    reason ||
    (exitCode === undefined ? '' : `exit code ${exitCode}, `) + (statusReason ?? 'no reason')
  );
}
