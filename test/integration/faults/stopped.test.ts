import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faults } from '../../support/faults.ts';
import { expectUndisturbedBytes, finishedJobs, tinyRuns } from '../../support/tiny-runs.ts';

const { folder, run } = tinyRuns();

describe('a run that is stopped or fails, and is started again', () => {
  const broken = join(folder, 'broken');

  const STAGES: readonly (readonly [stage: string, job: string | undefined])[] = [
    ['Plan', undefined],
    ['Prepare', 'inputs'],
    ['TrainPrimitives', 'primitive'],
    ['MineShards', 'round-0-shards'],
    ['Aggregate', undefined],
    ['CompareFolds', 'round-0-comparison'],
    ['Decide', undefined],
    ['TrainStudents', 'round-0-student'],
    ['TrainConsistent', 'round-0-consistent'],
    ['TrainNoisy', 'round-0-noisy'],
    ['Pretrain', 'pretrained'],
    ['LabelViews', 'round-0-labelled-bank'],
    ['Distill', 'distilled'],
    ['MeasurePrivacy', 'privacy'],
    ['Evaluate', 'evaluation'],
    ['Publish', undefined],
  ];

  const expectNothingLost = async (before: Map<string, number>): Promise<void> => {
    const now = await finishedJobs(broken);
    for (const [path, time] of before) expect(now.get(path), path).toBe(time);
  };

  it.each(STAGES)(
    'loses nothing when it is aborted in %s',
    async (stage, job) => {
      const before = await finishedJobs(broken);
      const stop = new AbortController();
      const running = run(broken, {
        signal: stop.signal,
        graceMs: 0,
        onEvent: (event) => {
          if (job === undefined && event.type === 'stage-started' && event.stage === stage) stop.abort();
          // By what it tells first, a job is in the middle of its work.
          if (job !== undefined && event.type === 'job-progress' && event.job.label.startsWith(job)) stop.abort();
        },
      });
      await expect(running).rejects.toMatchObject({ name: 'RunStoppedError' });
      await expectNothingLost(before);
    },
    400_000,
  );

  it.each<[string, Parameters<typeof faults>[0], RegExp]>([
    [
      'Aggregate has a fault that no second call repairs',
      { services: (state) => (state === 'Aggregate' ? { error: 'TypeError' } : undefined) },
      /TypeError in Aggregate/,
    ],
    [
      'submitting is not allowed',
      { services: (state) => (state.startsWith('TrainStudent') ? { error: 'Batch.ClientException' } : undefined) },
      /Batch\.ClientException in TrainStudentOnDemand/,
    ],
    [
      'a job fails on both queues',
      { jobs: ({ label }) => (label === 'distilled-dm-ipc1-draw-0' ? { exitCode: 1 } : undefined) },
      /failed with exit code 1.*distilled-dm-ipc1-draw-0/,
    ],
  ])(
    'says why and loses nothing when %s',
    async (_what, met, words) => {
      const before = await finishedJobs(broken);
      await expect(run(broken, {}, faults(met))).rejects.toThrow(words);
      await expectNothingLost(before);
    },
    400_000,
  );

  it('ends with the very same bytes', async () => {
    await run(broken);
    await expectUndisturbedBytes(broken);
  }, 400_000);
});
