import type { MinedSet } from '../artifacts/mined.ts';
import { labelledKey } from '../contracts/keys.ts';
import type { ImageSet } from '../data/image-set.ts';
import { concatImages, type Images, type LabelledImages, selectImages } from '../data/images.ts';

/** What the distilled images of one class are made of. */
export interface ClassMaterial extends Images<Uint8Array> {
  readonly label: number;
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
): readonly ClassMaterial[] =>
  Array.from({ length: classes }, (_, label) => {
    const own = membersOf(mined, label);
    const filler = own.length >= needed ? [] : membersOf(labelled, label);
    return {
      ...concatImages([selectImages(mined, own), selectImages(labelled, filler)]),
      label,
      keys: [...own.map((i) => mined.keys[i]!), ...filler.map((i) => labelledKey(labelled.keys[i]!))],
    };
  });

function membersOf({ labels }: LabelledImages, label: number): number[] {
  return [...labels.keys()].filter((i) => labels[i] === label);
}
