import sharp from 'sharp';
import { distilledFolder } from '../contracts/keys.ts';
import { imageAt, toBytes } from '../data/images.ts';
import { readLabelledSet, readMinedSet, readModels } from '../run/inputs.ts';
import type { Job, JobContext } from '../run/stage.ts';
import { writeJson } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { distilSet, imageName } from './distil-set.ts';
import { type DistilledImages, encodeDistilled } from './distilled-images.ts';

const specOf = ({ OMNIDISTILL_METHOD, OMNIDISTILL_IPC }: JobContext<'distill'>['environment']) => ({
  method: OMNIDISTILL_METHOD,
  ipc: OMNIDISTILL_IPC,
});

const writeImages = async (store: Store, folder: string, set: DistilledImages): Promise<void> => {
  const bytes = toBytes(set);
  const raw = { width: set.size, height: set.size, channels: set.channels === 1 ? 1 : 3 } as const;
  for (let i = 0; i < set.count; i++) {
    const png = await sharp(imageAt(bytes, i), { raw }).png().toBuffer();
    await store.put(`${folder}/${imageName(set, i)}`, png);
  }
};

/** Makes one distilled set, or one of the selections it has to beat. */
export const distill: Job<'distill'> = {
  unit: 'steps',
  needsBackend: true,
  resumes: true,
  folder: ({ runId }, environment) => distilledFolder(runId, specOf(environment)),

  run: async ({ store, plan, environment, folder, report, session }) => {
    const round = environment.OMNIDISTILL_ROUND;
    const set = await distilSet(specOf(environment), {
      config: plan.config,
      classes: plan.classes,
      labelled: await readLabelledSet(store, plan.runId),
      mined: await readMinedSet(store, plan, round),
      teachers: await readModels(store, plan, 'student', round),
      session,
      onProgress: report,
    });
    const { images, labels } = encodeDistilled(set);
    await store.put(`${folder}/images.safetensors`, images);
    await store.put(`${folder}/labels.safetensors`, labels);
    await writeJson(store, `${folder}/set.json`, set.spec);
    await writeImages(store, folder, set);
    return { counts: { images: set.spec.images } };
  },
};
