import type { Rejection } from '../contracts/rejections.ts';
import { decodeSafetensors, encodeSafetensors } from '../format/safetensors.ts';
import type { Decoded } from './decode.ts';
import { blankImages, imageAt, type LabelledImages, type Shape, selectLabelled } from './images.ts';

/** A decoded labelled set or benchmark, ready to be learned from. */
export interface ImageSet extends LabelledImages {
  /** Where each image came from. */
  readonly keys: readonly string[];
  /** SHA-256 of each image's decoded pixels, hex. */
  readonly sha256: readonly string[];
}

/** One readable image of a labelled set. */
export interface LabelledImage extends Decoded {
  readonly key: string;
  readonly label: number;
}

/** Images in one block, as training reads them. */
export function toImageSet(images: readonly LabelledImage[], shape: Shape): ImageSet {
  const block = blankImages(shape, images.length);
  for (const [i, { pixels }] of images.entries()) imageAt(block, i).set(pixels);
  return {
    ...block,
    labels: Int32Array.from(images, ({ label }) => label),
    keys: images.map(({ key }) => key),
    sha256: images.map(({ sha256 }) => sha256),
  };
}

/** One safetensors file; keys and hashes travel in its metadata. */
export function encodeImageSet(set: ImageSet): Buffer {
  return encodeSafetensors(
    {
      pixels: { shape: [set.count, set.size, set.size, set.channels], data: set.pixels },
      labels: { shape: [set.count], data: set.labels },
    },
    { keys: JSON.stringify(set.keys), sha256: JSON.stringify(set.sha256) },
  );
}

export function decodeImageSet(bytes: Uint8Array): ImageSet {
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
}

/** Readable images of each class, in the order of the labels. */
export function countByLabel({ labels }: Pick<ImageSet, 'labels'>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]! += 1;
  return counts;
}

/**
 * Keeps the first of equal images. Where they have different classes none is kept: nobody but the person who labelled them knows
 * which class is right, and whichever came first would be learned.
 * @returns the set without the others, and each of those as a `duplicate` or `contradictory`, with the image that it equals
 */
export function dropDuplicates(
  set: ImageSet,
  classes: readonly string[],
): { set: ImageSet; rejected: readonly Rejection[] } {
  const equals = new Map<string, number[]>();
  for (const [i, hash] of set.sha256.entries()) {
    const alike = equals.get(hash);
    if (alike === undefined) equals.set(hash, [i]);
    else alike.push(i);
  }
  const rejected: Rejection[] = [];
  const kept: number[] = [];
  for (const [i, hash] of set.sha256.entries()) {
    const alike = equals.get(hash)!;
    const other = alike.find((one) => set.labels[one] !== set.labels[i]);
    const [key, first] = [set.keys[i]!, alike[0]!];
    if (other !== undefined) {
      const detail = `same pixels as ${set.keys[other]}, there as ${classes[set.labels[other]!]}`;
      rejected.push({ key, reason: 'contradictory', detail });
    } else if (first === i) kept.push(i);
    else rejected.push({ key, reason: 'duplicate', detail: `same pixels as ${set.keys[first]}` });
  }
  return { set: rejected.length === 0 ? set : selectFromSet(set, kept), rejected };
}

/** Images of `set` that also stand in `other`, as pairs of keys. */
export function sharedImages(set: ImageSet, other: ImageSet): { readonly key: string; readonly otherKey: string }[] {
  const known = new Map(other.sha256.map((hash, i) => [hash, other.keys[i]!]));
  return set.sha256.flatMap((hash, i) => {
    const otherKey = known.get(hash);
    return otherKey === undefined ? [] : [{ key: set.keys[i]!, otherKey }];
  });
}

/** A copy of the images at `indices`, with their keys. */
export function selectFromSet(set: ImageSet, indices: readonly number[]): ImageSet {
  return {
    ...selectLabelled(set, indices),
    keys: indices.map((i) => set.keys[i]!),
    sha256: indices.map((i) => set.sha256[i]!),
  };
}
