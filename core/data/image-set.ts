import { decodeSafetensors, encodeSafetensors } from '../format/safetensors.ts';

/** Decoded labelled images, ready to be learned from. */
export interface ImageSet {
  readonly size: number;
  readonly channels: number;
  readonly count: number;
  /** `[count, size, size, channels]`, row-major, 0 to 255. */
  readonly pixels: Uint8Array;
  /** `[count]`, indices into the run's class list. */
  readonly labels: Int32Array;
  /** Where each image came from. */
  readonly keys: readonly string[];
  /** SHA-256 of each image's decoded pixels, hex. */
  readonly sha256: readonly string[];
}

/** One safetensors file; keys and hashes travel in its metadata. */
export const encodeImageSet = (set: ImageSet): Buffer =>
  encodeSafetensors(
    {
      pixels: { shape: [set.count, set.size, set.size, set.channels], data: set.pixels },
      labels: { shape: [set.count], data: set.labels },
    },
    { keys: JSON.stringify(set.keys), sha256: JSON.stringify(set.sha256) },
  );

export const decodeImageSet = (bytes: Uint8Array): ImageSet => {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const { pixels, labels } = tensors;
  const [count, size, , channels] = pixels?.shape ?? [];
  if (!(pixels?.data instanceof Uint8Array) || !(labels?.data instanceof Int32Array)) {
    throw new TypeError('Not an image set: needs uint8 "pixels" and int32 "labels".');
  }
  return {
    size: size!,
    channels: channels!,
    count: count!,
    pixels: pixels.data,
    labels: labels.data,
    keys: JSON.parse(metadata.keys ?? '[]') as string[],
    sha256: JSON.parse(metadata.sha256 ?? '[]') as string[],
  };
};
