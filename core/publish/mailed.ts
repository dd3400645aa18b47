import { bankFile, labelledBankFile } from '../artifacts/bank.ts';
import { readModel } from '../artifacts/model.ts';
import { hasBanks, setsOf } from '../contracts/config.ts';
import { distilledFolder } from '../contracts/keys.ts';
import { setName } from '../contracts/names.ts';
import { type Plan, teacherRole } from '../contracts/plan.ts';
import type { Mailed } from '../contracts/summary.ts';
import { DataError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/**
 * Bytes of what a receiver can be sent: each set's images as PNG and its labels, or the weights of a net that was taught by the same
 * images, as half floats, which is what a set has to be worth more than.
 */
export const readMailed = async (store: Store, plan: Plan, round: number): Promise<Mailed> => {
  const { runId, config } = plan;
  const sets: Mailed['sets'] = {};
  for (const spec of setsOf(config)) {
    const folder = distilledFolder(runId, { ...spec, draw: 0 });
    let images = 0;
    for await (const { key, size } of store.list(`${folder}/train/`)) if (key.endsWith('.png')) images += size;
    sets[setName(spec)] = { images, labels: hasBanks(config) ? await sizeOf(store, bankFile(folder).key) : 0 };
  }
  const { weights } = await readModel(store, plan, teacherRole(config), 0, round);
  const numbers = weights.parameters.length + weights.batchNormStats.length;
  const labelled = hasBanks(config) && { labelled: await sizeOf(store, labelledBankFile(runId, round, 0).key) };
  return { sets, ...labelled, weights: 2 * numbers };
};

async function sizeOf(store: Store, key: string): Promise<number> {
  for await (const object of store.list(key)) if (object.key === key) return object.size;
  throw new DataError(`There is no ${store.root}/${key}.`);
}
