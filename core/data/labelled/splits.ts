import { DataError } from '../../errors.ts';
import { splitFragment } from '../../store/uri.ts';
import type { LabelledSource } from './labelled-format.ts';
import { splitKindOf } from './split-names.ts';

/** Which splits of a set are read, and what it was found to have. */
export interface SplitPicker {
  /** @param split - `undefined` for an image that belongs to none */
  picks(split: string | undefined): boolean;
  /** The same for all images of a part of the set, which is not read where they are not wanted. */
  picksPart(split: string | undefined): boolean;
  /** @throws DataError where nothing, or not all of what was asked for, was picked */
  check(): void;
}

/**
 * Picks the splits that follow the `#` of a place, several parted by commas. Without them the labelled set is what is for
 * training, and a benchmark the rest; a set that has no splits is taken whole.
 */
export function splitPicker({ field, uri }: LabelledSource, word = 'split'): SplitPicker {
  const { fragment } = splitFragment(uri);
  const asked = fragment?.split(',').map((name) => name.trim());
  const found = new Set<string>();
  let without = 0;
  let picked = 0;

  const wanted = (split: string): boolean => {
    if (asked === undefined) return (splitKindOf(split) === 'train') === (field === 'labelled');
    return asked.some((name) => isSame(name, split));
  };
  return {
    picks(split) {
      if (split === undefined) without += 1;
      else found.add(split);
      const yes = split === undefined ? asked === undefined : wanted(split);
      if (yes) picked += 1;
      return yes;
    },
    picksPart(split) {
      if (split !== undefined) found.add(split);
      return split === undefined || wanted(split);
    },
    check() {
      const missing = asked?.find((name) => ![...found].some((split) => isSame(name, split)));
      if (picked > 0 && missing === undefined) return;
      const names = [...found.keys()].map((name) => `"${name}"`).join(', ');
      const none =
        without > 0 ? `no ${word} is told of any of its ${without} images` : 'it holds no image with a label';
      const has = found.size > 0 ? `it has ${names}` : none;
      const [example] = found;
      const remedy = example === undefined ? '' : ` Name what is meant after a #, e.g. #${example}.`;
      const what = missing === undefined ? `Nothing of ${uri} is picked` : `${uri} has no ${word} "${missing}"`;
      throw new DataError(`${what}; ${has}.${remedy}`);
    },
  };
}

function isSame(asked: string, split: string): boolean {
  if (asked.toLowerCase() === split.toLowerCase()) return true;
  const kind = splitKindOf(split);
  return kind !== undefined && kind === asked.toLowerCase();
}
