import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CHANGES } from '../../../bench/copies/changes.ts';
import { aggregateRound } from '../../../core/aggregate/aggregate-stage.ts';
import { duplicateCardsFile } from '../../../core/artifacts/copies.ts';
import { benchmarkFile } from '../../../core/artifacts/inputs.ts';
import { rejectionsFile, statsFile } from '../../../core/artifacts/job.ts';
import { minedFile, minedSummaryFile, poolSampleFile } from '../../../core/artifacts/mined.ts';
import { planFile } from '../../../core/artifacts/run.ts';
import { shardFiles } from '../../../core/artifacts/shard.ts';
import { minedFolder } from '../../../core/contracts/keys.ts';
import type { Candidate } from '../../../core/contracts/mined.ts';
import { binOf, CLASS_BINS, classBinOf, HISTOGRAM_BINS, MINING_SCORES } from '../../../core/contracts/mining-scores.ts';
import type { Plan } from '../../../core/contracts/plan.ts';
import type { Selection } from '../../../core/contracts/selections.ts';
import { FUNCTIONS, type JobCounts } from '../../../core/contracts/stages.ts';
import type { JobStats } from '../../../core/contracts/stats.ts';
import { sketcherOf } from '../../../core/copies/sketches.ts';
import { thumbnailsOf } from '../../../core/copies/thumbnails.ts';
import type { Store } from '../../../core/store/store.ts';
import { temporaryStore } from '../../support/images.ts';
import { album, portrait, portraits, SIDE } from '../../support/portraits.ts';
import { toyConfig, toyPlan, toySet } from '../../support/toy.ts';
import { writeToyFolds } from '../../support/toy-folds.ts';

const BENCHMARK = toySet(1, 2, 50);

const planOf = (
  shardCount: number,
  maxFailedShards: number,
  rounds = 1,
  selection: Selection = 'predicted-mix',
): Plan =>
  toyPlan({
    benchmarks: { held: 'file:///held' },
    config: toyConfig({ mining: { topFraction: 0.5, maxFailedShards, rounds, selection } }),
    shardCount,
  });

const begin = async (plan: Plan): Promise<Store> => {
  const store = temporaryStore();
  await planFile('r').write(store, plan);
  await writeToyFolds(store, plan);
  await benchmarkFile('r', 'held').write(store, BENCHMARK);
  return store;
};

const finish = async (store: Store, shard: number, kept: readonly Partial<Candidate>[]): Promise<void> => {
  const files = shardFiles('r', 0, shard);
  const candidates = kept.map((one, row) => {
    const base = { key: `${shard}/${row}`, shard, row, sha256: `${shard}-${row}`.padEnd(64, 'f'), label: 0 };
    const score = one.score ?? 0.5;
    return { ...base, score, sureness: score, ...one };
  });
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
  for (const { score } of candidates) counts[binOf(score, MINING_SCORES.similarity.range)]! += 1;
  await files.candidates.write(store, { score: 'similarity', rows: candidates });
  const broken = { key: `${shard}/broken`, reason: 'undecodable' as const, detail: 'no image' };
  await files.rejections.write(store, [broken]);
  const sureness = counts.map(() => 0);
  for (const one of candidates) sureness[binOf(one.score, MINING_SCORES.similarity.range)]! += one.sureness;
  const nets = { sums: [0], squares: [0], squaredTotals: 0, squaredSureness: 0 };
  const byClass = [0, 1].map((label) => candidates.filter((one) => one.label === label).length);
  const ofClasses = byClass.map((_, label) => {
    const own = new Array<number>(CLASS_BINS).fill(0);
    for (const one of candidates) {
      if (one.label === label) own[classBinOf(binOf(one.score, MINING_SCORES.similarity.range))]! += 1;
    }
    return own;
  });
  await files.histogram.write(store, { counts, sureness, nets, byClass, ofClasses });
  const nothing = { candidatesCut: 0, rejectionsUnlisted: 2, waitSeconds: 0, computeSeconds: 1 };
  const stats: JobStats<JobCounts<'mine'>> = {
    job: 'mine',
    seconds: 1,
    peakMemoryMiB: 1,
    counts: { read: kept.length, candidates: kept.length, ...nothing },
    // More than are listed: a shard lists its first rejections only.
    rejected: { undecodable: 3 },
  };
  await files.stats.write(store, stats);
};

const fail = (store: Store, shard: number): Promise<void> =>
  shardFiles('r', 0, shard).error.write(store, { name: 'DataError', message: 'cut', exitCode: 65 });

describe('Function: aggregateRound', () => {
  it('writes the mined set, why others were left out, and what a reader wants to know', async () => {
    const store = await begin(planOf(2, 0));
    await finish(store, 0, [{ score: 0.9, label: 1 }, { score: 0.1 }]);
    const leaked = { score: 0.8, sha256: BENCHMARK.sha256[0]! };
    await finish(store, 1, [leaked, { score: 0.7 }]);

    expect(await aggregateRound(store, 'r', 0)).toEqual({ again: false, nextRound: 1 });

    const folder = minedFolder('r', 0);
    const mined = await minedFile('r', 0).read(store);
    expect(mined.map(({ key, rank, shard, row }) => [key, rank, shard, row])).toEqual([
      ['0/0', 0, 0, 0],
      ['1/1', 1, 1, 1],
    ]);
    // Three quarters of the pool are calm and half of what was mined.
    expect(mined.map(({ weight }) => weight)).toEqual([0.5, 1.5]);
    // Without the benchmark's image, which a student must not see even without its label.
    const sample = await poolSampleFile('r', 0).read(store);
    expect(sample.map(({ key }) => key)).toEqual(['0/0', '0/1', '1/1']);
    const rejected = await rejectionsFile(folder).read(store);
    expect(rejected.map(({ key, reason }) => `${key} ${reason}`)).toEqual([
      '0/broken undecodable',
      '1/broken undecodable',
      '1/0 in-benchmark',
    ]);
    expect(await minedSummaryFile('r', 0).read(store)).toEqual({
      round: 0,
      score: { name: 'similarity', range: [-1, 1] },
      poolImages: 4,
      mined: 2,
      byClass: { calm: 1, glad: 1 },
      drawnByClass: { calm: 0.75, glad: 0.25 },
      poolByClass: { calm: 3, glad: 1 },
      selection: { name: 'predicted-mix', fraction: 0.5, automatic: false },
      expectedPoolError: expect.closeTo(11 / 42, 6),
      threshold: 0.7,
      copies: 0,
      expectedPrecision: expect.closeTo(31 / 42, 6),
      failedShards: [],
      truncatedShards: [],
    });
    const stats = await statsFile(folder, FUNCTIONS.aggregate.stats.counts).read(store);
    expect(stats.counts).toEqual({ read: 4, mined: 2, failedShards: 0 });
    expect(stats.rejected).toEqual({ undecodable: 6, 'in-benchmark': 1 });
  });

  it('mines a photograph once, however it was saved, and says from which likeness on', async () => {
    const store = await begin(planOf(2, 0));
    const jpeg = await CHANGES['JPEG, quality 75']!(portrait(1), SIDE);
    await finish(store, 0, [{ score: 0.9 }, { score: 0.6 }]);
    await finish(store, 1, [{ score: 0.8 }, { score: 0.7 }]);
    const sketch = sketcherOf(thumbnailsOf(portraits(50, 51, 52, 53, 54, 55, 56, 57)));
    for (const [shard, images] of [album(portrait(1), portrait(2)), album(jpeg, portrait(3))].entries()) {
      await shardFiles('r', 0, shard).thumbnails.write(store, thumbnailsOf(images));
      await shardFiles('r', 0, shard).sketches.write(store, sketch(thumbnailsOf(images)));
    }
    const card = { references: 8, threshold: 0.92 };
    await duplicateCardsFile('r').write(store, { labelled: card, pool: { ...card, threshold: 0.99 } });
    await aggregateRound(store, 'r', 0);
    expect((await minedFile('r', 0).read(store)).map(({ key }) => key)).toEqual(['0/0']);
    const copy = (await rejectionsFile(minedFolder('r', 0)).read(store)).at(-1);
    expect(copy).toMatchObject({ key: '1/0', reason: 'near-duplicate', detail: expect.stringMatching(/ to 0\/0$/) });
    // The pool is smaller than its preview, whose likenesses may be those of copies: the labelled set's count.
    expect(await minedSummaryFile('r', 0).read(store)).toMatchObject({ copies: 0.5, copyThreshold: 0.92 });
  });

  it('goes on without a failed shard as long as few enough failed, and keeps its last words', async () => {
    const store = await begin(planOf(4, 0.5));
    await finish(store, 0, [{}]);
    await finish(store, 2, [{}]);
    await fail(store, 1);
    await aggregateRound(store, 'r', 0);
    const { failedShards } = await minedSummaryFile('r', 0).read(store);
    expect(failedShards).toEqual([
      { shard: 1, error: { name: 'DataError', message: 'cut', exitCode: 65 } },
      { shard: 3, error: { name: 'NoOutput', message: 'the job ended without a word', exitCode: -1 } },
    ]);
  });

  it('fails with a list of the shards when one more failed than may, and writes nothing', async () => {
    const store = await begin(planOf(4, 0.49));
    await finish(store, 0, [{}]);
    await finish(store, 2, [{}]);
    await fail(store, 1);
    await expect(aggregateRound(store, 'r', 0)).rejects.toMatchObject({
      name: 'LostOutputError',
      message:
        '2 of 4 shards failed; 1 may (mining.maxFailedShards). ' +
        'shard 1: DataError: cut; shard 3: NoOutput: the job ended without a word. ' +
        'They are mined anew when the run is started again (on AWS: `npx omnidistill redrive`).',
    });
    expect(await store.has(`${minedFolder('r', 0)}/mined.parquet`)).toBe(false);
  });

  it.each(['histogram', 'candidates', 'rejections'] as const)(
    'names what somebody has deleted of a shard (its %s), and how the shard is mined again',
    async (what) => {
      const store = await begin(planOf(2, 0.5));
      for (const shard of [0, 1]) await finish(store, shard, [{ score: 0.9 }, { score: 0.8 }]);
      const { key } = shardFiles('r', 0, 1)[what];
      await rm(fileURLToPath(`${store.root}/${key}`));
      const aggregating = aggregateRound(store, 'r', 0);
      await expect(aggregating).rejects.toMatchObject({ name: 'LostOutputError', exitCode: 65 });
      await expect(aggregating).rejects.toThrow(
        new RegExp(`There is no .*/${key} any more.*Delete the rest of .*shards/00001/ as well.*redrive`),
      );
    },
  );

  it('says with numbers why nothing was mined, before anything is trained on it', async () => {
    const store = await begin(planOf(1, 0));
    await finish(store, 0, [{ score: 0.9 }]);
    await expect(aggregateRound(store, 'r', 0)).rejects.toMatchObject({
      name: 'DataError',
      message: expect.stringMatching(
        /^Nothing was mined: 1 images of the pool could be read and 1 of them were scored \(left out: undecodable 3\)\. mining\.topFraction is 0\.5/,
      ),
    });
    expect(await minedSummaryFile('r', 0).find(store)).toBeUndefined();
  });

  it('fails when every shard failed, even if all may', async () => {
    const store = await begin(planOf(1, 1));
    await expect(aggregateRound(store, 'r', 0)).rejects.toThrow('1 of 1 shards failed');
  });

  it('does nothing the second time, so that a redrive cannot change what students were trained on', async () => {
    const store = await begin(planOf(1, 0, 2));
    await finish(store, 0, [{ score: 0.9 }, { score: 0.8 }]);
    expect(await aggregateRound(store, 'r', 0)).toEqual({ again: true, nextRound: 1 });
    const before = await store.get(`${minedFolder('r', 0)}/mined.parquet`);
    await finish(store, 0, [{ score: 0.1, key: 'changed' }]);
    expect(await aggregateRound(store, 'r', 0)).toEqual({ again: true, nextRound: 1 });
    expect(await store.get(`${minedFolder('r', 0)}/mined.parquet`)).toEqual(before);
  });

  it('fails with words that Step Functions can keep, however many shards failed and whatever they said', async () => {
    const store = await begin(planOf(1000, 0.5));
    for (let shard = 0; shard < 1000; shard++) {
      const error = { name: 'DataError', message: `cut ${'x'.repeat(5000)}`, exitCode: 65 };
      await shardFiles('r', 0, shard).error.write(store, error);
    }
    const error: unknown = await aggregateRound(store, 'r', 0).catch((thrown) => thrown);
    const { message } = error as Error;
    // The cause of a failed task: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TaskFailedEventDetails.html
    expect(message.length).toBeLessThan(32_768);
    expect(message).toMatch(/^1000 of 1000 shards failed; 500 may.*shard 0: DataError: cut.*and 950 more/);
  });

  it('cuts every class by itself where thresholds by class are asked for, and mines as many as are wanted', async () => {
    const store = await begin(planOf(2, 0, 1, 'class-thresholds'));
    await finish(store, 0, [{ score: 0.9, label: 1 }, { score: 0.2, label: 1 }, { score: 0.15 }]);
    await finish(store, 1, [{ score: 0.8 }, { score: 0.1 }, { score: 0.05 }]);
    await aggregateRound(store, 'r', 0);
    // Every label has the same chance here, so that only the number that is wanted limits what is mined.
    const mined = await minedFile('r', 0).read(store);
    expect(mined.map(({ key }) => key)).toEqual(['0/0', '1/0', '0/1']);
    expect(mined.map(({ weight }) => weight)).toEqual([
      expect.closeTo(0.5, 9),
      expect.closeTo(2, 9),
      expect.closeTo(0.5, 9),
    ]);
    const { selection, truncatedShards } = await minedSummaryFile('r', 0).read(store);
    expect(selection.name).toBe('class-thresholds');
    expect(truncatedShards).toEqual([]);
  });

  /** Memory in which so many images of two shards can be mined. */
  const memoryFor = (images: number): number => 256 + (2 * images + 2 * 8) / 1024;

  it.each<[Selection, string[]]>([
    ['predicted-mix', ['0/0', '1/0']],
    ['by-class', ['0/0', '1/0']],
    ['class-thresholds', ['0/0', '1/0']],
  ])('mines the best that its memory holds and says how many were asked for, by %s', async (selection, expected) => {
    const plan = planOf(2, 0, 1, selection);
    const all = { ...plan, config: { ...plan.config, mining: { ...plan.config.mining, topFraction: 1 } } };
    const store = await begin(all);
    await finish(store, 0, [{ score: 0.9, label: 1 }, { score: 0.7, label: 1 }, { score: 0.5 }, { score: 0.3 }]);
    await finish(store, 1, [{ score: 0.8 }, { score: 0.6 }, { score: 0.4, label: 1 }, { score: 0.2, label: 1 }]);
    await aggregateRound(store, 'r', 0, memoryFor(2));
    expect((await minedFile('r', 0).read(store)).map(({ key }) => key)).toEqual(expected);
    expect(await minedSummaryFile('r', 0).read(store)).toMatchObject({ mined: 2, asked: 8, truncatedShards: [] });
  });

  it('says nothing of its memory where that suffices', async () => {
    const store = await begin(planOf(2, 0));
    await finish(store, 0, [{ score: 0.9 }, { score: 0.7 }]);
    await finish(store, 1, [{ score: 0.8 }, { score: 0.6 }]);
    await aggregateRound(store, 'r', 0, memoryFor(2));
    expect(await minedSummaryFile('r', 0).read(store)).not.toHaveProperty('asked');
  });

  it('mines the same, whether it had to look at all candidates or not', async () => {
    // Two thirds of the best stand in a benchmark, so that what is looked at first does not suffice.
    const scores = Array.from({ length: 60 }, (_, row) => 0.99 - row / 70);
    const leaked = (row: number): boolean => row < 30 && row % 3 > 0;
    const candidates = scores.map((score, row) => ({
      score,
      sha256: leaked(row) ? BENCHMARK.sha256[0]! : `p${row}x`.padEnd(64, '0'),
    }));
    const store = await begin(planOf(1, 0));
    await finish(store, 0, candidates);
    await aggregateRound(store, 'r', 0);
    const mined = await minedFile('r', 0).read(store);
    const expected = [...scores.keys()].filter((row) => !leaked(row));
    expect(mined.map(({ row }) => row)).toEqual(expected.slice(0, 30));
  });
});
