import { distilledFolder } from '../contracts/keys.ts';
import type { SetSpec } from '../contracts/names.ts';
import { getObject } from '../store/get-object.ts';
import type { Store } from '../store/store.ts';
import { type DistilledImages, decodeDistilled } from './distilled-images.ts';

/** A distilled set from a folder that holds `set.json`, `images.safetensors` and `labels.safetensors`. */
export const readSetFolder = async (store: Store, folder: string): Promise<DistilledImages> => {
  const [json, images, labels] = await Promise.all(
    ['set.json', 'images.safetensors', 'labels.safetensors'].map((name) => getObject(store, `${folder}/${name}`)),
  );
  return decodeDistilled(JSON.parse(json!.toString('utf8')), images!, labels!);
};

/** A distilled set of a run. */
export const readSet = (store: Store, runId: string, spec: SetSpec): Promise<DistilledImages> =>
  readSetFolder(store, distilledFolder(runId, spec));
