import { beforeAll, expect, it } from 'vitest';
import { benchmarkFile } from '../../../core/artifacts/inputs.ts';
import { evaluationFile } from '../../../core/artifacts/run.ts';
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
import { writeMinedRun } from '../../support/toy-run.ts';

const SET = { method: 'packed', ipc: 1 } as const;

const plan = toyPlan({
  benchmarks: { held: 'file:///held' },
  config: toyConfig({ seeds: 1 }),
  labelledCounts: [3, 3],
});

/** A run up to its evaluations: eight mined images, and one distilled set of two. */
const finishedRun = async (): Promise<JobContext> => {
  const store = await temporaryStore();
  await writeMinedRun(store, toySet(3, 2, 1), toySet(4, 2, 2));
  await benchmarkFile('r', 'held').write(store, toySet(2, 2, 3));
  const context = toyContext(store, plan);
  for (const role of ['primitive', 'control', 'student'] as const) await runTrain(context, { round: 0, role, seed: 0 });
  await runDistill({ ...context, folder: distilledFolder('r', SET) }, { round: 0, ...SET });
  return context;
};

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

it('measures every arm that a plan may name, each with the number of images that it stands for', async () => {
  const context = await finishedRun();
  const images: Record<string, number> = {};
  for (const name of armsOf([SET]).map(armName)) {
    await runEvaluate(context, { round: 0, arm: name });
    const result = await evaluationFile('r', name).read(context.store);
    expect(result.arm).toBe(name);
    expect(result.scores.held!.map(({ confusion }) => confusion.flat().reduce((sum, n) => sum + n))).toEqual([4]);
    images[name] = result.images;
  }
  expect(images).toMatchObject({
    primitive: 0,
    control: 0,
    omni: 8,
    'boost/none': 0,
    'boost/mined': 8,
    'boost/no-pool': 6,
    'only/packed-ipc1': 2,
    'boost/packed-ipc1': 2,
  });
});
