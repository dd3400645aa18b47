import { DescribeJobsCommand, type JobDetail, type JobSummary, paginateListJobs } from '@aws-sdk/client-batch';
import { awsError } from '../../core/aws-errors.ts';
import { type JobKind, parseJobName } from '../../core/contracts/stages.ts';
import { HOPELESS } from '../../core/errors.ts';
import type { Target } from './executions.ts';

/** A Batch job of a run. Times are milliseconds since 1970. */
export interface RunJob {
  readonly id: string;
  /** Its name without the run: `mine-0-17` is shard 17 in round 0. */
  readonly name: string;
  readonly kind: JobKind;
  readonly queue: 'spot' | 'on-demand';
  readonly status: string;
  readonly reason: string | undefined;
  /** Of its last attempt, where that came so far. */
  readonly exitCode: number | undefined;
  readonly createdAt: number;
  /** Begin of the last attempt. */
  readonly startedAt: number | undefined;
  readonly stoppedAt: number | undefined;
}

const DESCRIBED_AT_ONCE = 100;

/** Every job of a run that Batch still knows (those of the last seven days), the newest first. */
export const listRunJobs = async (target: Target, runId: string): Promise<RunJob[]> => {
  const { clients, deployment } = target;
  const queues = [
    ['spot', deployment.spotQueueArn],
    ['on-demand', deployment.onDemandQueueArn],
  ] as const;
  const jobs: RunJob[] = [];
  try {
    for (const [queue, jobQueue] of queues) {
      // With a filter, jobs of every status come.
      const request = { jobQueue, filters: [{ name: 'JOB_NAME', values: [`${runId}-*`] }] };
      for await (const { jobSummaryList = [] } of paginateListJobs({ client: clients.batch }, request)) {
        jobs.push(...jobSummaryList.map((job) => toRunJob(runId, queue, job)).filter((job) => job !== undefined));
      }
    }
  } catch (error) {
    throw awsError(error, `list the jobs of ${runId}`);
  }
  return jobs;
};

/** What Batch says of jobs, a hundred at a time. */
export const describeJobs = async ({ clients }: Target, jobs: readonly RunJob[]): Promise<JobDetail[]> => {
  const ids = jobs.map(({ id }) => id);
  const details: JobDetail[] = [];
  try {
    for (let at = 0; at < ids.length; at += DESCRIBED_AT_ONCE) {
      const request = new DescribeJobsCommand({ jobs: ids.slice(at, at + DESCRIBED_AT_ONCE) });
      details.push(...((await clients.batch.send(request)).jobs ?? []));
    }
  } catch (error) {
    throw awsError(error, 'describe jobs');
  }
  return details;
};

/**
 * Jobs that failed for good, once each: the on-demand queue is the last one, and what no other machine helps ends on the first. One
 * that was submitted again since, by a redrive, has not.
 */
export const failedJobs = (jobs: readonly RunJob[]): RunJob[] => {
  const last = new Map<string, RunJob>();
  for (const job of jobs) {
    const known = last.get(job.name);
    if (known === undefined || known.createdAt <= job.createdAt) last.set(job.name, job);
  }
  return [...last.values()].filter(hasFailed);
};

function hasFailed({ status, queue, exitCode }: RunJob): boolean {
  return status === 'FAILED' && (queue === 'on-demand' || HOPELESS.some((code) => code === exitCode));
}

/** Whether a job still waits or computes. */
export const isOpen = ({ status }: RunJob): boolean => status !== 'SUCCEEDED' && status !== 'FAILED';

/** `undefined` for a job of another run whose name only starts alike. */
function toRunJob(runId: string, queue: RunJob['queue'], summary: JobSummary): RunJob | undefined {
  const name = summary.jobName?.slice(runId.length + 1) ?? '';
  // The filter of ListJobs does not look at upper and lower case.
  const parsed = parseJobName(name);
  if (parsed === undefined || summary.jobName !== `${runId}-${name}` || summary.jobId === undefined) return undefined;
  return {
    id: summary.jobId,
    name,
    kind: parsed.kind,
    queue,
    status: summary.status ?? 'SUBMITTED',
    reason: summary.statusReason ?? summary.container?.reason,
    exitCode: summary.container?.exitCode,
    createdAt: summary.createdAt ?? 0,
    startedAt: summary.startedAt,
    stoppedAt: summary.stoppedAt,
  };
}
