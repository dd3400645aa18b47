import { beforeAll, describe, expect, it } from 'vitest';
import { labelledSetFile } from '../../../core/artifacts/inputs.ts';
import { readModel } from '../../../core/artifacts/model.ts';
import { planFile } from '../../../core/artifacts/run.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { trainControl } from '../../../core/train/roles/student.ts';
import { runTrain } from '../../../core/train/train-stage.ts';
import { toyContext } from '../../support/job-context.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { bytesOf, toyConfig, toyPlan, toySet } from '../../support/toy.ts';

const labelled = toySet(6, 2, 1);
const { student } = toyConfig();

/** The control of a run, trained by its job, and what its recipe gives from the primitive and from fresh weights. */
const trained = async (change: Partial<typeof student>) => {
  const plan = toyPlan({ config: toyConfig({ student: { ...student, ...change } }) });
  const store = memoryStore();
  await planFile('r').write(store, plan);
  await labelledSetFile('r').write(store, labelled);
  for (const role of ['primitive', 'control'] as const) {
    await runTrain(toyContext(store, plan), { role, seed: 0, round: 0 });
  }
  const primitive = (await readModel(store, plan, 'primitive', 0, 0)).weights;
  const training = { config: plan.config, classes: 2, labelled, seed: 0 };
  return {
    control: bytesOf((await readModel(store, plan, 'control', 0, 0)).weights.parameters),
    fresh: bytesOf((await trainControl(training)).weights.parameters),
    goneOn: async () => bytesOf((await trainControl(training, primitive.parameters)).weights.parameters),
  };
};

describe('the start of students and their controls', () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
  });

  it('is the primitive of their seed', async () => {
    const { control, fresh, goneOn } = await trained({ start: 'primitive' });
    expect(control).toEqual(await goneOn());
    expect(control).not.toEqual(fresh);
  });

  it('is fresh weights where that is asked for', async () => {
    const { control, fresh } = await trained({ start: 'fresh' });
    expect(control).toEqual(fresh);
  });

  it('is fresh weights for another net than the primitive’s, which could not take its weights', async () => {
    const { control, fresh } = await trained({ start: 'primitive', net: { width: 8 } });
    expect(control).toEqual(fresh);
  });
});
