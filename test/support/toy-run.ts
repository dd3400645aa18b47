import { labelledSetFile } from '../../core/artifacts/inputs.ts';
import { minedFile } from '../../core/artifacts/mined.ts';
import { shardFiles } from '../../core/artifacts/shard.ts';
import type { ImageSet } from '../../core/data/image-set.ts';
import type { Store } from '../../core/store/store.ts';
import { toyPlan } from './toy.ts';

/** What the run `r` of a toy plan holds after its only shard was mined. */
export const writeMinedRun = async (store: Store, labelled: ImageSet, mined: ImageSet): Promise<void> => {
  await labelledSetFile('r').write(store, labelled);
  const rows = mined.keys.map((key, row) => {
    const scores = { score: 0.5, probability: 0.8, rank: row, weight: 1 };
    return { key, shard: 0, row, sha256: mined.sha256[row]!, label: mined.labels[row]!, ...scores };
  });
  await minedFile('r', 0).write(store, { score: 'similarity', classes: toyPlan().classes, rows });
  await shardFiles('r', 0, 0).images.write(store, mined);
};
