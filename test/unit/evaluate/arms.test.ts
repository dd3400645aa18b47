import { beforeAll, expect, it } from 'vitest';
import { benchmarkFile, labelledSetFile } from '../../../core/artifacts/inputs.ts';
import { minedFile, poolSampleFile } from '../../../core/artifacts/mined.ts';
import { evaluationFile } from '../../../core/artifacts/run.ts';
import { shardFiles } from '../../../core/artifacts/shard.ts';
import { armName, armsOf } from '../../../core/contracts/arms.ts';
import { distilledFolder } from '../../../core/contracts/keys.ts';
import { runDistill } from '../../../core/distill/distill-stage.ts';
import { runEvaluate } from '../../../core/evaluate/evaluate-stage.ts';
import type { JobContext } from '../../../core/run/stage.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { runTrain } from '../../../core/train/train-stage.ts';
import { temporaryStore } from '../../support/images.ts';
import { toyContext } from '../../support/job-context.ts';
import { toyConfig, toyPlan, toySet } from '../../support/toy.ts';

const SET = { method: 'packed', ipc: 1 } as const;
const mined = toySet(4, 2, 2);

const plan = toyPlan({
  benchmarks: { held: 'file:///held' },
  config: toyConfig({ seeds: 2, distill: { methods: ['packed'], ipc: [1] } }),
  labelledCounts: [3, 3],
});

/** A run up to its evaluations: eight mined images, and one distilled set of two. */
const finishedRun = async (): Promise<JobContext> => {
  const store = await temporaryStore();
  await labelledSetFile('r').write(store, toySet(3, 2, 1));
  await benchmarkFile('r', 'held').write(store, toySet(2, 2, 3));
  const rows = mined.keys.map((key, row) => {
    const scores = { score: 0.5, probability: 0.8, rank: row, weight: 1 };
    return { key, shard: 0, row, sha256: mined.sha256[row]!, label: mined.labels[row]!, ...scores };
  });
  await minedFile('r', 0).write(store, { score: 'similarity', rows });
  await shardFiles('r', 0, 0).images.write(store, mined);
  const context = toyContext(store, plan);
  await poolSampleFile('r', 0).write(store, { score: 'similarity', rows });
  for (const seed of [0, 1]) {
    for (const role of ['primitive', 'control', 'student', 'consistent-control', 'consistent'] as const) {
      await runTrain(context, { round: 0, role, seed });
    }
  }
  await runDistill({ ...context, folder: distilledFolder('r', SET) }, { round: 0, ...SET });
  return context;
};

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

it('measures every arm that a plan may name, each with the number of images that it stands for', async () => {
  const context = await finishedRun();
  const images: Record<string, number> = {};
  for (const name of armsOf(plan.config).map(armName)) {
    await runEvaluate(context, { round: 0, arm: name });
    const result = await evaluationFile('r', name).read(context.store);
    expect(result.arm).toBe(name);
    expect(result.scores.held!.map(({ confusion }) => confusion.flat().reduce((sum, n) => sum + n))).toEqual([4, 4]);
    images[name] = result.images;
  }
  expect(images).toMatchObject({
    primitive: 0,
    control: 0,
    omni: 8,
    consistent: 8,
    'consistent-control': 0,
    ensemble: 8,
    'boost/none': 0,
    'boost/mined': 8,
    'boost/no-pool': 6,
    'only/packed-ipc1': 2,
    'boost/packed-ipc1': 2,
  });
});
