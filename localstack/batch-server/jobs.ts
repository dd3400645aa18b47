import { join } from 'node:path';
import { VARIABLE } from '../../core/contracts/environment.ts';
import type { Engine } from '../../local/batch/engine.ts';
import type { JobDetail } from '../../local/batch/job.ts';
import { LocalBatch, type LocalBatchOptions } from '../../local/batch/local-batch.ts';
import type { JobEvent } from '../../local/events.ts';
import { ClientException } from '../errors.ts';
import { nameIn, type Registry } from './registry.ts';
import type { ListJobs, SubmitJobRequest } from './requests.ts';

export type JobsOptions = Pick<LocalBatchOptions, 'maxJobs' | 'engine' | 'logFolder' | 'hostEnvironment'> &
  Partial<Pick<LocalBatchOptions, 'onEvent' | 'graceMs'>>;

interface Submitted {
  readonly arn: string;
  readonly definitionArn: string;
  readonly request: SubmitJobRequest;
  readonly tags: Record<string, string>;
  readonly stopped: { cancelled?: boolean; terminated?: boolean };
}

/** When the attempts of a job began and ended; the local Batch itself keeps no such times. */
type Times = { startedAt: number; stoppedAt?: number }[];

/** Jobs as the API of AWS Batch shows them, run by the local Batch. */
export class SubmittedJobs {
  private readonly batch: LocalBatch;
  private readonly submitted = new Map<string, Submitted>();
  private readonly times = new Map<string, Times>();

  public constructor(
    private readonly registry: Registry,
    options: JobsOptions,
  ) {
    const { onEvent = () => {}, engine, logFolder } = options;
    this.batch = new LocalBatch({
      ...options,
      engine: logsByRun(engine, logFolder),
      definitions: registry.definitions,
      queues: registry.queues,
      onEvent: (event) => {
        this.note(event);
        onEvent(event);
      },
    });
  }

  public submit(request: SubmitJobRequest): Record<string, unknown> {
    const queue = this.registry.queueArn(request.jobQueue);
    const { jobDefinitionArn, tags } = this.registry.definition(request.jobDefinition);
    const { command, environment } = request.containerOverrides;
    const { id } = this.batch.submit({
      JobName: request.jobName,
      JobDefinition: jobDefinitionArn,
      JobQueue: queue,
      ContainerOverrides: {
        ...(command === undefined ? {} : { Command: command }),
        Environment: environment.map(({ name, value }) => ({ Name: name, Value: value })),
      },
    });
    const arn = this.registry.arn('job', id);
    const all = { ...tags, ...request.tags };
    this.submitted.set(id, { arn, definitionArn: jobDefinitionArn, request, tags: all, stopped: {} });
    return { jobArn: arn, jobName: request.jobName, jobId: id };
  }

  /** Those of the ids that are known, as `DescribeJobs` does. */
  public describe(ids: readonly string[]): Record<string, unknown> {
    const known = ids.map(nameIn).filter((id) => this.submitted.has(id));
    return { jobs: known.map((id) => this.detail(id)) };
  }

  /** Newest first; with filters the status counts no more. @see API_ListJobs */
  public list({ jobQueue, jobStatus, filters, maxResults, nextToken }: ListJobs): Record<string, unknown> {
    const queue = this.registry.queueArn(jobQueue);
    const start = Number(nextToken);
    const matching = [...this.submitted.keys()].reverse().filter((id) => {
      const detail = this.batch.describe(id)!;
      if (detail.JobQueue !== queue) return false;
      return filters === undefined ? detail.Status === jobStatus : filters.every((filter) => this.passes(id, filter));
    });
    const page = matching.slice(start, start + maxResults).map((id) => this.summary(id));
    const next = start + maxResults;
    return { jobSummaryList: page, ...(next < matching.length ? { nextToken: String(next) } : {}) };
  }

  /** Ends a job whatever it does; answers at once, the job gets its time to end. */
  public terminate(id: string, reason: string): Record<string, unknown> {
    const job = this.submitted.get(id);
    if (job !== undefined) {
      job.stopped.terminated = true;
      void this.batch.terminate(id, reason);
    }
    return {};
  }

  /** Ends a job that still waits; one that runs is left alone. */
  public cancel(id: string, reason: string): Record<string, unknown> {
    const job = this.submitted.get(id);
    if (job !== undefined && this.batch.describe(id)?.Status === 'RUNNABLE') {
      job.stopped.cancelled = true;
      void this.batch.terminate(id, reason);
    }
    return {};
  }

  /** The tags of a job, to be read and changed. */
  public tags(arn: string): Record<string, string> {
    const job = this.submitted.get(nameIn(arn));
    if (job === undefined) throw new ClientException(`${arn} was not found.`);
    return job.tags;
  }

  /** Stops every job and takes no more. */
  public close(): Promise<void> {
    return this.batch.close('The Batch server was stopped.');
  }

  private note(event: JobEvent): void {
    const times = this.times.get(event.job.id) ?? [];
    this.times.set(event.job.id, times);
    if (event.type === 'job-started') times.push({ startedAt: Date.now() });
    const last = times.at(-1);
    if ((event.type === 'job-retried' || event.type === 'job-ended') && last !== undefined)
      last.stoppedAt ??= Date.now();
  }

  private passes(id: string, { name, values }: { name: string; values: readonly string[] }): boolean {
    const { JobName, CreatedAt } = this.batch.describe(id)!;
    const fits = (text: string, pattern: string): boolean =>
      pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
    switch (name) {
      case 'JOB_NAME':
        return values.some((value) => fits(JobName.toLowerCase(), value.toLowerCase()));
      case 'JOB_DEFINITION':
        return values.some((value) => fits(nameIn(this.submitted.get(id)!.definitionArn), nameIn(value)));
      case 'BEFORE_CREATED_AT':
        return CreatedAt < Number(values[0]);
      case 'AFTER_CREATED_AT':
        return CreatedAt > Number(values[0]);
      default:
        throw new ClientException(`Filter ${name} of ListJobs is not known to this server.`);
    }
  }

  private summary(id: string): Record<string, unknown> {
    const {
      container,
      attempts: _attempts,
      tags: _tags,
      isTerminated: _t,
      isCancelled: _c,
      ...detail
    } = this.detail(id);
    const { exitCode, reason } = container as { exitCode?: number; reason?: string };
    return { ...detail, container: { exitCode, reason } };
  }

  private detail(id: string): Record<string, unknown> {
    const { arn, definitionArn, request, tags, stopped } = this.submitted.get(id)!;
    const detail = this.batch.describe(id)!;
    const times = this.times.get(id) ?? [];
    const last = detail.Attempts.at(-1);
    return {
      jobArn: arn,
      jobId: id,
      jobName: detail.JobName,
      jobQueue: detail.JobQueue,
      jobDefinition: definitionArn,
      status: detail.Status,
      statusReason: detail.StatusReason,
      createdAt: detail.CreatedAt,
      startedAt: times.at(-1)?.startedAt,
      stoppedAt: detail.StoppedAt,
      isCancelled: stopped.cancelled ?? false,
      isTerminated: stopped.terminated ?? false,
      attempts: attemptsOf(detail, times),
      tags,
      container: {
        ...this.registry.revision(definitionArn).containerProperties,
        ...request.containerOverrides,
        exitCode: last?.ExitCode,
        reason: last?.Reason,
      },
    };
  }
}

/** Jobs of different runs have the same names, and one server runs them all. */
function logsByRun(engine: Engine, folder: string): Engine {
  return (attempt) => {
    const run = attempt.environment[VARIABLE.runId];
    const safe = run !== undefined && /^[\w-]+$/.test(run);
    const logFile = join(folder, `${safe ? `${run}-` : ''}${attempt.logFile.slice(folder.length + 1)}`);
    return engine({ ...attempt, logFile });
  };
}

function attemptsOf({ Attempts }: JobDetail, times: Times): Record<string, unknown>[] {
  return Attempts.map(({ ExitCode, Reason, StatusReason }, index) => ({
    container: { exitCode: ExitCode, reason: Reason },
    statusReason: StatusReason,
    ...times[index],
  }));
}
