import type { CopyCard } from '../contracts/copies.ts';
import { selectImages } from '../data/images.ts';
import { random } from '../tensor/random.ts';
import { copyFinder } from './copy-finder.ts';
import { outlier } from './threshold.ts';
import type { Thumbnails } from './thumbnails.ts';

/** Images that are compared with all others, at most. */
const MOST_COMPARED = 300;
/** Fewer tell nothing of how alike images are. */
const FEWEST = 5;
/** The tenth that is most alike; copies within a benchmark are rarer (3 % of FER2013's). */
const HIGH = 0.9;

/**
 * Says from which likeness on an image is a copy. Stripes or digits of two people are more alike than faces of two, so the
 * known images themselves are asked: where even different ones are alike, a copy has to be an outlier among them.
 * @param known - what copies are looked for of, or a sample of it
 * @param asked - lowest threshold
 * @param seed - chooses the images that are compared
 */
export const copyCardOf = (known: Thumbnails, asked: number, seed: number): CopyCard => {
  const references = known.count;
  if (references < FEWEST) return { references, threshold: asked };
  const chosen = random(seed, 'copies').permutation(references).slice(0, MOST_COMPARED);
  const finder = copyFinder(known);
  const options = { screen: -1, self: (i: number) => chosen[i]! };
  const nearest = finder.nearest(selectImages(known, chosen), options);
  finder.dispose();
  const likeness = nearest.map((match) => match?.likeness ?? 0).sort((a, b) => a - b);
  const at = (part: number): number => likeness[Math.floor(part * (likeness.length - 1))]!;
  const own = { images: chosen.length, median: at(0.5), high: at(HIGH) };
  return { references, threshold: Math.max(asked, outlier(own)), own };
};
