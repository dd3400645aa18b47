import { ListJobsCommand } from '@aws-sdk/client-batch';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../../cli/aws/cost.ts';
import { costOfRun, runCostLines } from '../../../../cli/aws/run-cost.ts';
import { toySummary } from '../../../support/toy-summary.ts';
import { DEPLOYMENT, mockedClients, openTestTarget } from './target.ts';

const { batch, s3 } = mockedClients();

const HOUR = 3_600_000;

beforeEach(() => {
  batch.on(ListJobsCommand).resolves({ jobSummaryList: [] });
});

describe('the cost of a run that is done', () => {
  it('stands beside what would have been estimated for its own pool, mined set and settings', async () => {
    const summary = toySummary();
    const stages = {
      mine: { jobs: 4, seconds: 7200, peakMemoryMiB: 1 },
      train: { jobs: 3, seconds: 3600, peakMemoryMiB: 1 },
      aggregate: { jobs: 1, seconds: 3600, peakMemoryMiB: 1 },
    };
    const mined = { ...summary.mined, poolImages: 10_000, mined: 2500, failedShards: [] };
    const text = JSON.stringify({ ...summary, stages, mined });
    s3.on(GetObjectCommand, { Key: 'runs/main/summary.json' }).callsFake(() => ({
      Body: { transformToByteArray: async () => Buffer.from(text) },
    }));
    const job = { jobId: 'a', jobName: 'main-mine-0-1', status: 'SUCCEEDED' as const, createdAt: 0 };
    batch.on(ListJobsCommand, { jobQueue: DEPLOYMENT.spotQueueArn }).resolves({
      jobSummaryList: [{ ...job, startedAt: HOUR, stoppedAt: 2 * HOUR }],
    });
    const cost = await costOfRun(await openTestTarget(), 'main', { ...DEFAULTS, hourPrice: 1 });
    expect(cost.assumptions).toMatchObject({ images: 10_000, shards: 4, minedShare: 0.25 });
    // A function's seconds are no job's.
    expect(cost.hours.map(({ used }) => used)).toEqual([2, 1]);
    expect(cost.hours[0]!.estimated).toBeCloseTo((1.1 * (10_000 / 157 + 60)) / 3600, 9);
    expect(cost.dollars.used).toBeCloseTo(3 * 0.4, 9);
    expect(runCostLines(cost).join('\n')).toMatch(
      /10,000 images in 4 shards, 2,500 mined[\s\S]*1\.00 h on Spot, 0\.00 h on demand/,
    );
  });

  it('is not known before there is a summary', async () => {
    await expect(costOfRun(await openTestTarget(), 'main', DEFAULTS)).rejects.toThrow(
      /main has no summary yet.*watch main/,
    );
  });
});
