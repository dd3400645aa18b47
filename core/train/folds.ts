import { random } from '../tensor/random.ts';

/**
 * The fold of each labelled image: every class is spread over the folds as evenly as it can be.
 * @returns `[labels.length]`, from 0 to `folds` - 1
 */
export const foldOf = (labels: Int32Array, classes: number, folds: number, seed: number): Int32Array => {
  const result = new Int32Array(labels.length);
  let next = 0;
  for (let label = 0; label < classes; label++) {
    const members = [...labels.keys()].filter((i) => labels[i] === label);
    const order = random(seed, 'folds', label).permutation(members.length);
    // Goes on where the class before ended, so that the folds are of equal size even where classes are tiny.
    for (const place of order) result[members[place]!] = next++ % folds;
  }
  return result;
};

/** Places of the images that a fold's net learns from, and of those that it leaves out. @param folding - the fold of each */
export const rowsOfFold = (
  folding: Int32Array,
  fold: number,
): { readonly seen: number[]; readonly unseen: number[] } => {
  const rows = (held: boolean): number[] => [...folding.keys()].filter((row) => (folding[row] === fold) === held);
  return { seen: rows(false), unseen: rows(true) };
};
