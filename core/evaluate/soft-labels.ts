import { readMinedSet, readPoolSample } from '../artifacts/mined.ts';
import { readModels } from '../artifacts/model.ts';
import { bankData } from '../bank/bank-data.ts';
import { makeBank } from '../bank/make-bank.ts';
import { hasBanks } from '../contracts/config.ts';
import { type Plan, teacherRole } from '../contracts/plan.ts';
import { type Images, selectImages } from '../data/images.ts';
import { ensembleSoftLabels } from '../distill/teacher.ts';
import type { Store } from '../store/store.ts';
import { random } from '../tensor/random.ts';
import { shuffledForever } from '../train/shuffled.ts';
import { type MadeData, type TrainingData, withSoftLabels } from '../train/training-data.ts';

/** Images to learn from with the teachers' soft labels, and how many they are. */
interface SoftImages {
  readonly images: number;
  readonly data: TrainingData | MadeData;
}

/** Images of the mined set, as many as a boost can look at, with the teachers' soft labels: of their views where the run makes banks. */
export const minedWithSoftLabels = async (store: Store, plan: Plan, round: number): Promise<SoftImages> => {
  const mined = await readMinedSet(store, plan, round);
  if (hasBanks(plan.config)) return banked(store, plan, round, mined);
  const rows = chosen(plan, mined.count);
  const weights = mined.weights && Float32Array.from(rows, (row) => mined.weights![row]!);
  return { images: rows.length, data: { ...(await softened(store, plan, round, selectImages(mined, rows))), weights } };
};

/** The same of the whole pool. */
export const poolWithSoftLabels = async (store: Store, plan: Plan, round: number): Promise<SoftImages> => {
  const pool = await readPoolSample(store, plan, round);
  if (hasBanks(plan.config)) return banked(store, plan, round, pool);
  const rows = chosen(plan, pool.count);
  return { images: rows.length, data: await softened(store, plan, round, selectImages(pool, rows)) };
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

/** A bank of as many views as any set has; of images enough that each view starts from another, drawn as often as they count. */
async function banked(
  store: Store,
  plan: Plan,
  round: number,
  all: Images & { readonly weights?: Float32Array | undefined },
): Promise<SoftImages> {
  const { config, classes } = plan;
  const indices = shuffledForever(all, random(config.seed, 'bank of many', all.count));
  const { views } = config.distill.bank;
  const images = selectImages(all, Int32Array.from({ length: Math.min(views, all.count) }, indices.next));
  const teachers = await readModels(store, plan, teacherRole(config), round);
  const bank = await makeBank({ ...images, factor: 1 }, classes, teachers, config, ['many', all.count]);
  return { images: images.count, data: bankData(bank, images) };
}
