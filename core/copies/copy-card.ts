import type { CopyCard } from '../contracts/copies.ts';
import { selectImages } from '../data/images.ts';
import { random } from '../tensor/random.ts';
import { copyFinder } from './copy-finder.ts';
import type { Thumbnails } from './thumbnails.ts';

/** Benchmark images that are compared with all others, at most. */
const MOST_COMPARED = 300;
/** Fewer tell nothing of how alike images are. */
const FEWEST = 5;
/** The tenth that is most alike; copies within a benchmark are rarer (3 % of FER2013's). */
const HIGH = 0.9;
/** How far beyond that tenth a copy has to be, in distances from the median to it: of a normal distribution 0.24 % are. */
const BEYOND = 1.2;
/** Of a likeness: equal images would be infinitely far away. */
const HIGHEST = 0.9999;

/**
 * Says from which likeness on an image is a copy. Stripes or digits of two people are more alike than faces of two, so the
 * benchmark's own images are asked: where even different ones are alike, a copy has to be an outlier among them.
 * @param asked - lowest threshold
 * @param seed - chooses the images that are compared
 */
export const copyCardOf = (benchmarks: Thumbnails, asked: number, seed: number): CopyCard => {
  const references = benchmarks.count;
  if (references < FEWEST) return { references, threshold: asked };
  const chosen = random(seed, 'copies').permutation(references).slice(0, MOST_COMPARED);
  const finder = copyFinder(benchmarks);
  const options = { screen: -1, self: (i: number) => chosen[i]! };
  const nearest = finder.nearest(selectImages(benchmarks, chosen), options);
  finder.dispose();
  const likeness = nearest.map((match) => match?.likeness ?? 0).sort((a, b) => a - b);
  const at = (part: number): number => likeness[Math.floor(part * (likeness.length - 1))]!;
  const own = { images: chosen.length, median: at(0.5), high: at(HIGH) };
  return { references, threshold: Math.max(asked, outlier(own)), own };
};

/** On Fisher's scale, on which a likeness spreads as much near 1 as elsewhere. */
function outlier({ median, high }: NonNullable<CopyCard['own']>): number {
  const far = (likeness: number): number => Math.atanh(Math.min(HIGHEST, Math.max(-HIGHEST, likeness)));
  return Math.min(HIGHEST, Math.tanh(far(high) + BEYOND * (far(high) - far(median))));
}
