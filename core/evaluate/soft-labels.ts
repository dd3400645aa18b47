import { readMinedSet, readPoolSample } from '../artifacts/mined.ts';
import { readModels } from '../artifacts/model.ts';
import { type Plan, teacherRole } from '../contracts/plan.ts';
import { type Images, selectImages } from '../data/images.ts';
import { ensembleSoftLabels } from '../distill/teacher.ts';
import type { Store } from '../store/store.ts';
import { random } from '../tensor/random.ts';
import { type TrainingData, withSoftLabels } from '../train/training-data.ts';

/** Images of the mined set, as many as a boost can look at, with the teachers' soft labels. */
export const minedWithSoftLabels = async (store: Store, plan: Plan, round: number): Promise<TrainingData> => {
  const mined = await readMinedSet(store, plan, round);
  const rows = chosen(plan, mined.count);
  const weights = mined.weights && Float32Array.from(rows, (row) => mined.weights![row]!);
  return { ...(await softened(store, plan, round, selectImages(mined, rows))), weights };
};

/** The same of the whole pool. */
export const poolWithSoftLabels = async (store: Store, plan: Plan, round: number): Promise<TrainingData> => {
  const pool = await readPoolSample(store, plan, round);
  return softened(store, plan, round, selectImages(pool, chosen(plan, pool.count)));
};

/** Which of some images a boost looks at: all, or by chance as many as it takes in. */
function chosen({ config }: Plan, count: number): Int32Array {
  const { steps, setPerBatch } = config.evaluate.boost;
  return random(config.seed, 'soft labels', count).subset(count, steps * setPerBatch);
}

async function softened(store: Store, plan: Plan, round: number, images: Images): Promise<TrainingData> {
  const teachers = await readModels(store, plan, teacherRole(plan.config), round);
  return withSoftLabels(images, plan.classes.length, await ensembleSoftLabels(teachers, images));
}
