import { beforeAll, expect, it } from 'vitest';
import { labelledBankFile } from '../../../core/artifacts/bank.ts';
import { labelledSetFile } from '../../../core/artifacts/inputs.ts';
import { modelFiles } from '../../../core/artifacts/model.ts';
import { bankData } from '../../../core/bank/bank-data.ts';
import { runLabel } from '../../../core/bank/label-stage.ts';
import { makeBank } from '../../../core/bank/make-bank.ts';
import { teacherRole } from '../../../core/contracts/plan.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { toyContext } from '../../support/job-context.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { toyConfig, toyPlan, toySet, toyWeights } from '../../support/toy.ts';

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

it('writes the bank of the labelled images for each draw, counts its views and tells how far it is', async () => {
  const store = memoryStore();
  const plan = toyPlan({ config: toyConfig({ seeds: 2 }) });
  const { config, classes } = plan;
  const { size, channels } = config.image;
  const labelled = toySet(3, 2, 1);
  await labelledSetFile('r').write(store, labelled);
  const role = teacherRole(config);
  const teachers = [toyWeights(1, 2), toyWeights(2, 2)];
  for (const [seed, weights] of teachers.entries()) {
    const trained = {
      role,
      seed,
      round: 0,
      net: 'k2' as const,
      width: 4,
      classes,
      image: { size, channels },
      mirror: true,
    };
    const card = { ...trained, parameters: 1, trainedOn: { labelled: 6, mined: 0 }, finalLoss: 0 };
    await modelFiles('r', role, seed, 0).card.write(store, card);
    await modelFiles('r', role, seed, 0).weights(card).write(store, weights);
  }
  const told: unknown[] = [];
  const context = { ...toyContext(store, plan), report: (...step: unknown[]) => void told.push(step) };
  for (const draw of [0, 1]) expect(await runLabel(context, { round: 0, draw })).toEqual({ counts: { views: 12 } });
  expect(told).toEqual([
    [12, 12],
    [12, 12],
  ]);

  const [first, second] = [
    await labelledBankFile('r', 0, 0).read(store),
    await labelledBankFile('r', 0, 1).read(store),
  ];
  const made = await makeBank({ ...labelled, factor: 1 }, classes, teachers, config, ['labelled', 0]);
  expect(first.card).toEqual(made.card);
  expect(first.card).toMatchObject({ images: 6, factor: 1, classes });
  // A byte tells two classes apart to half a step.
  first.labels.forEach((p, i) => expect(Math.abs(p - made.labels[i]!)).toBeLessThanOrEqual(0.5 / 255 + 1e-6));
  expect(bankData(first, labelled).count).toBe(12);
  expect(second.card.recipe.seed).not.toBe(first.card.recipe.seed);
});
