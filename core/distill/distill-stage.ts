import sharp from 'sharp';
import { distilledFolder } from '../contracts/keys.ts';
import { readLabelledSet, readMinedSet, readModels } from '../run/inputs.ts';
import type { Job, JobContext } from '../run/stage.ts';
import { writeJson } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { type DistilledImages, encodeDistilled } from './distilled-images.ts';
import { imageName, makeSet } from './make-set.ts';

const specOf = ({ OMNIDISTILL_METHOD, OMNIDISTILL_IPC }: JobContext<'distill'>['environment']) => ({
  method: OMNIDISTILL_METHOD,
  ipc: OMNIDISTILL_IPC,
});

const writeImages = async (store: Store, folder: string, set: DistilledImages): Promise<void> => {
  const { size, channels, images } = set.spec;
  const values = size * size * channels;
  for (let i = 0; i < images; i++) {
    const bytes = Uint8Array.from(set.pixels.subarray(i * values, (i + 1) * values), (x) => Math.round(x * 255));
    const png = await sharp(bytes, { raw: { width: size, height: size, channels: channels === 1 ? 1 : 3 } })
      .png()
      .toBuffer();
    await store.put(`${folder}/${imageName(set, i)}`, png);
  }
};

/** Makes one distilled set, or one of the selections it has to beat. */
export const distill: Job<'distill'> = {
  unit: 'steps',
  needsBackend: true,
  resumes: true,
  folder: ({ runId }, environment) => distilledFolder(runId, specOf(environment)),

  run: async ({ store, plan, environment, folder, report, checkpointer }) => {
    const round = environment.OMNIDISTILL_ROUND;
    const set = await makeSet(specOf(environment), {
      config: plan.config,
      classes: plan.classes,
      labelled: await readLabelledSet(store, plan.runId),
      mined: await readMinedSet(store, plan, round),
      teachers: await readModels(store, plan, 'student', round),
      checkpointer,
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
