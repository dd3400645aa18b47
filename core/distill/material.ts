import type { ImageSet } from '../data/image-set.ts';
import type { LabelledImages } from '../data/images.ts';

/** Mined images with where they came from. */
export interface MinedSet extends LabelledImages {
  readonly keys: readonly string[];
}

/** What the distilled images of one class are made of. */
export interface ClassMaterial {
  readonly label: number;
  readonly count: number;
  /** `[count, size, size, channels]`, 0 to 255 */
  readonly pixels: Uint8Array;
  readonly keys: readonly string[];
}

/**
 * The mined images of each class. A class with fewer than `needed` is filled up with its labelled images: with
 * natural proportions a rare class may hardly be mined at all, and a distilled set still has to show it.
 */
export const materialByClass = (
  mined: MinedSet,
  labelled: ImageSet,
  classes: number,
  needed: number,
): readonly ClassMaterial[] => {
  const values = labelled.size * labelled.size * labelled.channels;
  return Array.from({ length: classes }, (_, label) => {
    const members = (set: MinedSet) => [...set.labels.keys()].filter((i) => set.labels[i] === label);
    const own = members(mined).map((index) => ({ set: mined, index }));
    const filler = members(labelled).map((index) => ({ set: labelled as MinedSet, index }));
    const chosen = own.length >= needed ? own : [...own, ...filler];
    const pixels = new Uint8Array(chosen.length * values);
    chosen.forEach(({ set, index }, i) =>
      pixels.set(set.pixels.subarray(index * values, (index + 1) * values), i * values),
    );
    return { label, count: chosen.length, pixels, keys: chosen.map(({ set, index }) => set.keys[index]!) };
  });
};

/** k images of a class's material: each once where there are enough, else all of them over and over. */
export const cycled = (rows: readonly number[], k: number): number[] =>
  Array.from({ length: k }, (_, i) => rows[i % rows.length]!);
