import { DistilledSet } from '../contracts/distilled.ts';
import { decodeSafetensors, encodeSafetensors } from '../format/safetensors.ts';

/** A distilled set in memory. */
export interface DistilledImages {
  readonly spec: DistilledSet;
  /** `[images, size, size, channels]` in [0, 1] */
  readonly pixels: Float32Array;
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
  return { spec, pixels, labels: rows.data, classOf: classOf.data };
};
