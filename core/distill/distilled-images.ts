import { DistilledSet } from '../contracts/distilled.ts';
import { distilledFolder } from '../contracts/keys.ts';
import type { SetSpec } from '../contracts/names.ts';
import type { Images } from '../data/images.ts';
import { decodeSafetensors, encodeSafetensors } from '../format/safetensors.ts';
import { getObject } from '../store/get-object.ts';
import type { Store } from '../store/store.ts';

/** A distilled set in memory: images in [0, 1] and what each of them teaches. */
export interface DistilledImages extends Images<Float32Array> {
  readonly spec: DistilledSet;
  /** A row of class probabilities per view: `[images, factor², classes]` */
  readonly labels: Float32Array;
  /** The class each image was made for: `[images]` */
  readonly classOf: Int32Array;
}

/** `images.safetensors` and `labels.safetensors`. */
export const encodeDistilled = ({ spec, pixels, labels, classOf }: DistilledImages) => ({
  images: encodeSafetensors({
    images: { shape: [spec.images, spec.size, spec.size, spec.channels], data: pixels },
  }),
  labels: encodeSafetensors({
    labels: { shape: [spec.images, spec.factor ** 2, spec.classes.length], data: labels },
    class: { shape: [spec.images], data: classOf },
  }),
});

/** @throws TypeError when a tensor is missing or of another type; ZodError when `set.json` is not one */
export const decodeDistilled = (setJson: unknown, images: Uint8Array, labels: Uint8Array): DistilledImages => {
  const spec = DistilledSet.parse(setJson);
  const pixels = decodeSafetensors(images).tensors.images?.data;
  const { labels: rows, class: classOf } = decodeSafetensors(labels).tensors;
  if (!(pixels instanceof Float32Array) || !(rows?.data instanceof Float32Array)) {
    throw new TypeError('A distilled set needs float32 "images" and "labels".');
  }
  if (!(classOf?.data instanceof Int32Array)) throw new TypeError('A distilled set needs int32 "class".');
  const { size, channels, images: count } = spec;
  return { size, channels, count, pixels, spec, labels: rows.data, classOf: classOf.data };
};

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
