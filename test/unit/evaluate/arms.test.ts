import { beforeAll, expect, it } from 'vitest';
import { benchmarkFile, labelledSetFile } from '../../../core/artifacts/inputs.ts';
import { minedFile, poolSampleFile } from '../../../core/artifacts/mined.ts';
import { readModel } from '../../../core/artifacts/model.ts';
import { orderOf, predictionsFile } from '../../../core/artifacts/predictions.ts';
import { evaluationFile } from '../../../core/artifacts/run.ts';
import { shardFiles } from '../../../core/artifacts/shard.ts';
import { runLabel } from '../../../core/bank/label-stage.ts';
import { armName, armsOf } from '../../../core/contracts/arms.ts';
import { distilledFolder } from '../../../core/contracts/keys.ts';
import type { Candidate } from '../../../core/contracts/mined.ts';
import type { Role } from '../../../core/contracts/roles.ts';
import { concatImages, type Images, imageAt, selectImages } from '../../../core/data/images.ts';
import { runDistill } from '../../../core/distill/distill-stage.ts';
import { prepareArm } from '../../../core/evaluate/arms.ts';
import { runEvaluate } from '../../../core/evaluate/evaluate-stage.ts';
import { sha256 } from '../../../core/format/sha256.ts';
import type { JobContext } from '../../../core/run/stage.ts';
import { scorePredictions } from '../../../core/statistics/score-predictions.ts';
import type { Store } from '../../../core/store/store.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { runTrain } from '../../../core/train/train-stage.ts';
import { temporaryStore } from '../../support/images.ts';
import { toyContext } from '../../support/job-context.ts';
import { toyConfig, toyPlan, toySet } from '../../support/toy.ts';

const SET = { method: 'packed', ipc: 1 } as const;
const DRAWS = 2;
const mined = toySet(4, 2, 2);
const unmined = toySet(1, 2, 4);
const benchmark = toySet(2, 2, 3);
/** What the only shard kept: what is mined, what is not, and what Aggregate leaves out of its sample of the pool. */
const pool = concatImages([
  mined,
  unmined,
  selectImages(benchmark, [1]),
  selectImages(mined, [2]),
] as Images<Uint8Array>[]);

const { student } = toyConfig();
/** Its students are wider than what they boost. */
const plan = toyPlan({
  benchmarks: { held: 'file:///held' },
  config: toyConfig({
    seeds: 2,
    draws: DRAWS,
    distill: { methods: ['packed'], ipc: [1], bank: { views: 12 } },
    evaluate: { ...toyConfig().evaluate, otherLabels: ['fixed', 'hard'] },
    student: { ...student, net: { width: 8 } },
  }),
  labelledCounts: [3, 3],
});

/** A run up to its evaluations: eight mined images, and one distilled set of two that was drawn twice. */
const finishedRun = async (): Promise<JobContext> => {
  const store = temporaryStore();
  await labelledSetFile('r').write(store, toySet(3, 2, 1));
  await benchmarkFile('r', 'held').write(store, benchmark);
  const candidates = Array.from({ length: pool.count }, (_, row): Candidate => {
    const label = mined.labels[row] ?? 0;
    return {
      key: `${row}.png`,
      shard: 0,
      row,
      sha256: sha256(imageAt(pool, row)),
      label,
      score: 0.5,
      sureness: 0.5,
    };
  });
  const rows = candidates
    .slice(0, mined.count)
    .map(({ sureness: _, ...candidate }, rank) => ({ ...candidate, probability: 0.8, rank, weight: 1 }));
  await minedFile('r', 0).write(store, { score: 'similarity', classes: plan.classes, rows });
  const shard = shardFiles('r', 0, 0);
  await shard.images.write(store, pool);
  await shard.candidates.write(store, { score: 'similarity', rows: candidates });
  const counts = {
    read: 12,
    candidates: 12,
    candidatesCut: 0,
    rejectionsUnlisted: 0,
    waitSeconds: 0,
    computeSeconds: 0,
  };
  await shard.stats.write(store, { job: 'mine', seconds: 1, peakMemoryMiB: 1, counts, rejected: {} });
  const context = toyContext(store, plan);
  await poolSampleFile('r', 0).write(store, { score: 'similarity', rows: candidates.slice(0, 10) });
  // In the order of the workflow: those of a later state are taught by the nets of all seeds.
  for (const roles of [
    ['primitive', 'control', 'student'],
    ['consistent-control', 'consistent'],
    ['noisy-control', 'noisy'],
  ] as const) {
    for (const seed of [0, 1]) for (const role of roles) await runTrain(context, { round: 0, role, seed });
  }
  for (let draw = 0; draw < DRAWS; draw++) {
    const set = { ...SET, draw };
    await runDistill({ ...context, folder: distilledFolder('r', set) }, { round: 0, ...set });
    await runLabel(context, { round: 0, draw });
  }
  return context;
};

/** Whoever reads the stored predictions finds every figure again, to the last digit. */
const expectRecountable = async (store: Store, name: string): Promise<void> => {
  const { scores } = await evaluationFile('r', name).read(store);
  const { probabilities, labels, draws, images, order } = (await predictionsFile('r', name).read(store)).get('held')!;
  scores.held!.forEach(({ seed, draw, ...score }) => {
    const start = (seed * draws + draw) * images * 2;
    expect(scorePredictions(probabilities.slice(start, start + images * 2), labels, 2)).toEqual(score);
  });
  expect(order).toBe(orderOf((await benchmarkFile('r', 'held').read(store)).sha256));
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
    // The labels of views are drawn, of the labelled images as well.
    const drawn = name.includes('packed') || name === 'boost/no-pool' ? DRAWS : 1;
    expect(result.draws).toBe(drawn);
    expect(result.scores.held!.map(({ seed, draw }) => [seed, draw])).toEqual(
      [0, 1].flatMap((seed) => Array.from({ length: drawn }, (_, draw) => [seed, draw])),
    );
    expect(result.scores.held!.map(({ confusion }) => confusion.flat().reduce((sum, n) => sum + n))).toEqual(
      Array(2 * drawn).fill(4),
    );
    await expectRecountable(context.store, name);
    images[name] = result.images;
  }
  const widthOf = async (role: Role) => (await readModel(context.store, plan, role, 0, 0)).card.width;
  expect([await widthOf('student'), await widthOf('primitive')]).toEqual([8, 4]);
  // A bank of six views is made of no more images, and a boost that looks at six needs no more soft labels.
  const { boost, ...rest } = plan.config.evaluate;
  const evaluate = { ...rest, boost: { ...boost, steps: 3, setPerBatch: 2 } };
  for (const views of [6, 0]) {
    const distill = { ...plan.config.distill, bank: { ...plan.config.distill.bank, views } };
    const short = { ...context, round: 0, plan: { ...plan, config: { ...plan.config, evaluate, distill } } };
    expect((await prepareArm(short, { kind: 'boost/pool-soft' })).images).toBe(6);
    expect((await prepareArm(short, { kind: 'boost/mined-soft' })).images).toBe(6);
  }
  expect(images).toMatchObject({
    primitive: 0,
    control: 0,
    omni: 8,
    consistent: 8,
    'consistent-control': 0,
    noisy: 8,
    'noisy-control': 0,
    ensemble: 8,
    'boost/none': 0,
    'boost/mined': 8,
    'boost/mined-soft': 8,
    'boost/pool-soft': 10,
    'boost/no-pool': 0,
    'boost-fixed/no-pool': 6,
    'boost-hard/packed-ipc1': 2,
    'only/packed-ipc1': 2,
    'boost/packed-ipc1': 2,
  });
});
