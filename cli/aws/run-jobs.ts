import { DescribeJobsCommand, type JobDetail, type JobSummary, paginateListJobs } from '@aws-sdk/client-batch';
import { awsError } from '../../core/aws-errors.ts';
import { type JobKind, parseJobName } from '../../core/contracts/stages.ts';
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

/** Whether a job failed for good: the on-demand queue is the last one. */
export const hasFailed = ({ status, queue }: RunJob): boolean => status === 'FAILED' && queue === 'on-demand';

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
    createdAt: summary.createdAt ?? 0,
    startedAt: summary.startedAt,
    stoppedAt: summary.stoppedAt,
  };
}
