import type { Rejection } from '../contracts/rejections.ts';
import type { Decoded, ImageShape } from './decode.ts';
import type { ImageSet } from './image-set.ts';

/** One readable image of a labelled set. */
export interface LabelledImage extends Decoded {
  readonly key: string;
  readonly label: number;
}

/** Images in one block, as training reads them. */
export const toImageSet = (images: readonly LabelledImage[], { size, channels }: ImageShape): ImageSet => {
  const values = size * size * channels;
  const pixels = new Uint8Array(images.length * values);
  for (const [i, image] of images.entries()) pixels.set(image.pixels, i * values);
  return {
    size,
    channels,
    count: images.length,
    pixels,
    labels: Int32Array.from(images, ({ label }) => label),
    keys: images.map(({ key }) => key),
    sha256: images.map(({ sha256 }) => sha256),
  };
};

/** Readable images of each class, in the order of the labels. */
export const countByLabel = ({ labels }: Pick<ImageSet, 'labels'>, classes: number): number[] => {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]! += 1;
  return counts;
};

/**
 * Keeps the first of equal images, whatever their classes: a second one adds nothing, or contradicts the first.
 * @returns the set without the others, and each of those as a `duplicate` that names the one that stays
 */
export const dropDuplicates = (
  set: ImageSet,
  classes: readonly string[],
): { set: ImageSet; rejected: readonly Rejection[] } => {
  const first = new Map<string, number>();
  const rejected: Rejection[] = [];
  const kept: number[] = [];
  set.sha256.forEach((hash, i) => {
    const earlier = first.get(hash);
    if (earlier === undefined) {
      first.set(hash, i);
      kept.push(i);
      return;
    }
    const other = set.labels[earlier] === set.labels[i] ? '' : `, there as ${classes[set.labels[earlier]!]}`;
    rejected.push({ key: set.keys[i]!, reason: 'duplicate', detail: `same pixels as ${set.keys[earlier]}${other}` });
  });
  if (rejected.length === 0) return { set, rejected };
  const values = set.size * set.size * set.channels;
  const images = kept.map((i) => ({
    key: set.keys[i]!,
    sha256: set.sha256[i]!,
    label: set.labels[i]!,
    pixels: set.pixels.subarray(i * values, (i + 1) * values),
  }));
  return { set: toImageSet(images, { size: set.size, channels: set.channels as 1 | 3 }), rejected };
};

/** Images of `set` that also stand in `other`, as pairs of keys. */
export const sharedImages = (set: ImageSet, other: ImageSet): { readonly key: string; readonly otherKey: string }[] => {
  const known = new Map(other.sha256.map((hash, i) => [hash, other.keys[i]!]));
  return set.sha256.flatMap((hash, i) => {
    const otherKey = known.get(hash);
    return otherKey === undefined ? [] : [{ key: set.keys[i]!, otherKey }];
  });
};
