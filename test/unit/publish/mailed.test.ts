import { expect, it } from 'vitest';
import { labelledBankFile } from '../../../core/artifacts/bank.ts';
import { writeDistilled } from '../../../core/artifacts/distilled.ts';
import { modelFiles } from '../../../core/artifacts/model.ts';
import { distilledFolder } from '../../../core/contracts/keys.ts';
import type { ModelCard } from '../../../core/contracts/model.ts';
import { readMailed } from '../../../core/publish/mailed.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { distilled, labelledBank } from '../../support/small-release.ts';
import { toyConfig, toyPlan, toyWeights } from '../../support/toy.ts';

it('counts the bytes that would be sent, or a set would look smaller than it is', async () => {
  const store = memoryStore();
  const plan = toyPlan({ config: toyConfig({ distill: { methods: ['packed'], ipc: [1], bank: { views: 2 } } }) });
  const set = distilled('packed');
  const folder = distilledFolder('r', { method: 'packed', ipc: 1, draw: 0 });
  await writeDistilled(store, folder, set);
  await labelledBankFile('r', 0, 0).write(store, labelledBank);
  const weights = toyWeights(1, 2);
  const files = modelFiles('r', 'consistent', 0, 0);
  const card: ModelCard = {
    role: 'consistent',
    seed: 0,
    round: 0,
    net: 'k2',
    width: 4,
    image: { size: 16, channels: 1 },
    mirror: true,
    classes: [...plan.classes],
    trainedOn: { labelled: 1, mined: 1 },
    parameters: weights.parameters.length,
    finalLoss: 1,
  };
  await files.card.write(store, card);
  await files.weights(card).write(store, weights);
  const sizeOf = async (part: string): Promise<number> => {
    let size = 0;
    for await (const object of store.list(`${folder}/`)) if (object.key.includes(part)) size += object.size;
    return size;
  };
  expect(await readMailed(store, plan, 0)).toEqual({
    sets: { 'packed-ipc1': { images: await sizeOf('.png'), labels: await sizeOf('bank.safetensors') } },
    labelled: (await store.get(labelledBankFile('r', 0, 0).key))!.length,
    weights: 2 * (weights.parameters.length + weights.batchNormStats.length),
  });
  expect(await sizeOf('.png')).toBeGreaterThan(0);
});
