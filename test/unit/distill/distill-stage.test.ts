import { beforeAll, expect, it } from 'vitest';
import { readDistilled } from '../../../core/artifacts/distilled.ts';
import { readMinedSet } from '../../../core/artifacts/mined.ts';
import { readModels } from '../../../core/artifacts/model.ts';
import { distilSet } from '../../../core/distill/distil-set.ts';
import { runDistill } from '../../../core/distill/distill-stage.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { runTrain } from '../../../core/train/train-stage.ts';
import { toyContext } from '../../support/job-context.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { bytesOf, toyConfig, toyPlan, toySet } from '../../support/toy.ts';
import { writeMinedRun } from '../../support/toy-run.ts';

const labelled = toySet(3, 2, 1);
const set = { method: 'selection', ipc: 2, draw: 0 } as const;
const { student } = toyConfig();
const config = toyConfig({
  seeds: 2,
  student: { ...student, consistency: { ...student.consistency, steps: 0 } },
  distill: { methods: [set.method], ipc: [set.ipc], bank: { views: 0 } },
});

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

it('gives a method that asks the primitives those of all seeds, beside the teachers of the round', async () => {
  const [store, plan] = [memoryStore(), toyPlan({ config })];
  await writeMinedRun(store, labelled, toySet(9, 2, 2));
  const context = { ...toyContext(store, plan), folder: 'set' };
  for (const role of ['primitive', 'student'] as const) {
    for (const seed of [0, 1]) await runTrain(context, { round: 0, role, seed });
  }
  expect(await runDistill(context, { round: 0, ...set })).toEqual({ counts: { images: 4 } });

  const expected = await distilSet(set, {
    config,
    classes: plan.classes,
    labelled,
    mined: await readMinedSet(store, plan, 0),
    teachers: await readModels(store, plan, 'student', 0),
    primitives: await readModels(store, plan, 'primitive', 0),
    featureNets: [],
    onProgress: () => undefined,
  });
  const made = await readDistilled(store, 'set');
  expect(made.spec.provenance).toEqual(expected.spec.provenance);
  expect(bytesOf(made.pixels)).toEqual(bytesOf(expected.pixels));
});
