import { beforeAll, expect, it } from 'vitest';
import { readRunSet, writeDistilled } from '../../../core/artifacts/distilled.ts';
import { modelFiles } from '../../../core/artifacts/model.ts';
import { runPrivacyFile } from '../../../core/artifacts/privacy.ts';
import { distilledFolder, privacyFolder } from '../../../core/contracts/keys.ts';
import type { ModelCard } from '../../../core/contracts/model.ts';
import { teacherRole } from '../../../core/contracts/plan.ts';
import type { Membership } from '../../../core/contracts/privacy.ts';
import { distilSet } from '../../../core/distill/distil-set.ts';
import { runPrivacy } from '../../../core/privacy/privacy-stage.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { toyContext } from '../../support/job-context.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { SIZE, toyConfig, toyPlan, toySet, toyWeights } from '../../support/toy.ts';
import { writeMinedRun } from '../../support/toy-run.ts';

const [labelled, mined] = [toySet(5, 2, 1), toySet(80, 2, 2)];
const set = { method: 'packed', ipc: 4 } as const;

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

/** What is told of a set of packed images that is drawn so often. */
const measure = async (draws: number) => {
  const store = memoryStore();
  const config = toyConfig({ draws, distill: { methods: ['packed'], ipc: [4], bank: { views: 12 } } });
  const plan = toyPlan({ config });
  await writeMinedRun(store, labelled, mined);
  const files = modelFiles('r', teacherRole(config), 0, 0);
  const weights = toyWeights(1, 2);
  const card: ModelCard = {
    ...{ role: teacherRole(config), seed: 0, round: 0, net: 'k2', width: 4, classes: plan.classes },
    image: { size: SIZE, channels: 1 },
    mirror: true,
    parameters: weights.parameters.length,
    trainedOn: { labelled: labelled.count, mined: mined.count },
    finalLoss: 1,
  };
  await files.card.write(store, card);
  await files.weights(card).write(store, weights);
  for (let draw = 0; draw < draws; draw++) {
    const input = { config, classes: plan.classes, labelled, mined, teachers: [weights] };
    const drawn = await distilSet(
      { ...set, draw },
      { ...input, featureNets: [], primitives: [], onProgress: () => undefined },
    );
    await writeDistilled(store, distilledFolder('r', { ...set, draw }), drawn);
  }
  const context = { ...toyContext(store, plan), folder: privacyFolder('r', set) };
  const { counts } = await runPrivacy(context, { round: 0, ...set });
  return {
    counts,
    privacy: await runPrivacyFile('r', set).read(store),
    first: await readRunSet(store, 'r', { ...set, draw: 0 }),
  };
};

it('finds that packed images are copies, which of the pool they are, and that they tell what was used', async () => {
  const { counts, privacy, first } = await measure(2);
  expect(counts).toEqual({ views: 32, nets: 4 });
  expect(privacy).toMatchObject({ set, views: 32, realImages: 170, realCompared: 170 });
  expect(privacy.pixels.copies.share).toBe(1);
  expect(privacy.pixels.traced).toBe(1);
  for (const { image, view, key } of privacy.pixels.nearest) expect(key).toBe(first.spec.provenance[image]![view]);
  const { used, unused, images, nets } = privacy.membership as Membership;
  expect(used).toBeGreaterThan(32);
  expect(unused).toBeGreaterThan(60);
  expect(images.auc.area).toBeGreaterThan(0.99);
  expect(nets.auc.area).toBeGreaterThan(0);
});

it('says that the attack was not measured, and why, of a set that was drawn once', async () => {
  const { counts, privacy } = await measure(1);
  expect(counts.nets).toBe(0);
  expect(privacy.membership).toEqual({ notMeasured: expect.stringContaining('drawn once') });
});
