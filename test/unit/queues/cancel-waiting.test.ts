import { BatchClient, CancelJobCommand, DescribeJobsCommand, ListJobsCommand } from '@aws-sdk/client-batch';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { cancelWaiting } from '../../../core/queues/cancel-waiting.ts';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const ago = (minutes: number): number => NOW - minutes * 60_000;
const queue = { queueArn: 'arn:aws:batch:eu-west-1:123456789012:job-queue/spot', minutes: 30 };

interface Job {
  readonly jobId: string;
  readonly createdAt: number;
  readonly attempts?: readonly { readonly stoppedAt: number }[];
}

const batch = mockClient(BatchClient);
afterAll(() => batch.restore());
beforeEach(() => batch.reset());

/** What is cancelled in a queue with these jobs, which Batch lists one a page. */
const cancelledOf = async (jobs: readonly Job[]): Promise<string[]> => {
  for (const [page, { jobId, createdAt }] of jobs.entries()) {
    batch
      .on(ListJobsCommand, {
        jobQueue: queue.queueArn,
        jobStatus: 'RUNNABLE',
        ...(page > 0 ? { nextToken: `${page}` } : {}),
      })
      .resolves({
        jobSummaryList: [{ jobId, jobName: jobId, createdAt }],
        ...(page + 1 < jobs.length ? { nextToken: `${page + 1}` } : {}),
      });
  }
  batch.on(DescribeJobsCommand).callsFake(({ jobs: ids }: { jobs: string[] }) => ({
    jobs: jobs.filter(({ jobId }) => ids.includes(jobId)).map((job) => ({ ...job, jobName: job.jobId })),
  }));
  batch.on(CancelJobCommand).resolves({});
  await cancelWaiting(new BatchClient({ region: 'eu-west-1' }), queue, NOW);
  return batch.commandCalls(CancelJobCommand).map(({ args: [{ input }] }) => input.jobId!);
};

describe('Function: cancelWaiting', () => {
  it('moves every job on whose own time is over, not only the one at the head of the queue', async () => {
    const jobs = [31, 30.1, 29.9, 5].map((minutes) => ({ jobId: `waits-${minutes}`, createdAt: ago(minutes) }));
    expect(await cancelledOf(jobs)).toEqual(['waits-31', 'waits-30.1']);
  });

  it('begins to count anew when Spot took the machine of a job', async () => {
    const reclaimed = { jobId: 'reclaimed', createdAt: ago(600), attempts: [{ stoppedAt: ago(10) }] };
    const waitsAgain = { jobId: 'waits-again', createdAt: ago(600), attempts: [{ stoppedAt: ago(40) }] };
    expect(await cancelledOf([reclaimed, waitsAgain])).toEqual(['waits-again']);
  });

  it('asks for no more jobs at once than Batch describes', async () => {
    const jobs = Array.from({ length: 250 }, (_, i) => ({ jobId: `job-${i}`, createdAt: ago(60) }));
    expect(await cancelledOf(jobs)).toHaveLength(250);
    const asked = batch.commandCalls(DescribeJobsCommand).map(({ args: [{ input }] }) => input.jobs!.length);
    expect(asked).toEqual([100, 100, 50]);
  });

  it('asks for nothing more where nobody waits', async () => {
    batch.on(ListJobsCommand).resolves({ jobSummaryList: [] });
    expect(await cancelWaiting(new BatchClient({ region: 'eu-west-1' }), queue, NOW)).toEqual([]);
    expect(batch.commandCalls(DescribeJobsCommand)).toHaveLength(0);
  });

  it('says that it was not allowed, by the name of the queue', async () => {
    batch.on(ListJobsCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    const refused = cancelWaiting(new BatchClient({ region: 'eu-west-1' }), queue, NOW);
    await expect(refused).rejects.toThrow(/job-queue\/spot/);
  });
});
