import {
  type BatchClient,
  CancelJobCommand,
  DescribeJobsCommand,
  type JobDetail,
  paginateListJobs,
} from '@aws-sdk/client-batch';
import { awsError } from '../aws-errors.ts';
import { mapInOrder } from '../map-in-order.ts';

/** How long the jobs of a queue may wait for a machine. */
export interface QueuePatience {
  readonly queueArn: string;
  readonly minutes: number;
}

/** DescribeJobs takes no more. */
const DESCRIBED_AT_ONCE = 100;
const CANCELLED_AT_ONCE = 8;

/**
 * Cancels the jobs of a queue that have waited for a machine longer than they may, each on its own clock and whatever it
 * waits for. The queue's own time limits are for the job at its head and for some reasons alone. A job that has got its
 * machine in the meantime is left alone by CancelJob.
 * @param now - milliseconds since 1970
 * @returns names of the jobs that were cancelled
 * @throws ConfigError or TransientError where Batch does not answer as it should
 * @see https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html
 */
export async function cancelWaiting(
  client: BatchClient,
  { queueArn, minutes }: QueuePatience,
  now: number,
): Promise<string[]> {
  const overdue = now - minutes * 60_000;
  const cancelled: string[] = [];
  try {
    const waiting = await listWaiting(client, queueArn, overdue);
    const late = waiting.filter((job) => waitsSince(job) < overdue);
    for await (const name of mapInOrder(late, CANCELLED_AT_ONCE, (job) => cancel(client, job, minutes))) {
      cancelled.push(name);
    }
  } catch (error) {
    throw awsError(error, `move on jobs that wait in ${queueArn}`);
  }
  return cancelled;
}

/** Jobs that wait now and were submitted before a moment. */
async function listWaiting(client: BatchClient, jobQueue: string, before: number): Promise<JobDetail[]> {
  const ids: string[] = [];
  for await (const { jobSummaryList = [] } of paginateListJobs({ client }, { jobQueue, jobStatus: 'RUNNABLE' })) {
    for (const { jobId, createdAt = 0 } of jobSummaryList) if (jobId && createdAt < before) ids.push(jobId);
  }
  const details: JobDetail[] = [];
  for (let i = 0; i < ids.length; i += DESCRIBED_AT_ONCE) {
    const { jobs = [] } = await client.send(new DescribeJobsCommand({ jobs: ids.slice(i, i + DESCRIBED_AT_ONCE) }));
    details.push(...jobs);
  }
  return details;
}

/** Its submission or, where Spot took its machine, the end of its last attempt. */
function waitsSince({ createdAt = 0, attempts = [] }: JobDetail): number {
  return Math.max(createdAt, ...attempts.map(({ stoppedAt = 0 }) => stoppedAt));
}

async function cancel(client: BatchClient, { jobId, jobName }: JobDetail, minutes: number): Promise<string> {
  const reason = `No machine within ${minutes} minutes, whatever the reason.`;
  await client.send(new CancelJobCommand({ jobId, reason }));
  return jobName ?? '';
}
