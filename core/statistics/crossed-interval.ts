import type { Interval } from '../contracts/results.ts';
import type { Crossed } from './crossed.ts';
import { studentT95 } from './student-t.ts';

/**
 * 95 % interval of a mean over images, seeds and draws, each of which could have been others: variance components of the
 * crossed random effects, and Student's t with Satterthwaite's degrees of freedom. With few seeds or draws a bootstrap that
 * resamples all three is too narrow (docs/statistics.md has what each covers).
 * @param bounds - what the mean can be; one seed alone says nothing, and has them as its interval
 * @see Satterthwaite, An Approximate Distribution of Estimates of Variance Components (Biometrics 1946)
 */
export const crossedInterval = (crossed: Crossed, [least, most]: readonly [number, number]): Interval => {
  if (crossed.seeds < 2) return { low: least, high: most };
  const { mean, variance, degrees } = varianceOfMean(crossed);
  const half = variance > 0 ? studentT95(degrees) * Math.sqrt(variance) : 0;
  return { low: Math.max(least, mean - half), high: Math.min(most, mean + half) };
};

/** Variance of the mean of crossed random effects, and how sure it is, in degrees of freedom. */
function varianceOfMean(crossed: Crossed): {
  readonly mean: number;
  readonly variance: number;
  readonly degrees: number;
} {
  const { seeds, draws, images } = crossed;
  const count = seeds * draws * images;
  const { mean, image, seed, draw, seedImage, drawImage, seedDraw, rest } = meanSquares(crossed);
  // What images, seeds and draws each add. A component that is estimated below its known parts is at least those.
  const ofImages = Math.max(0, image - seedImage - drawImage + rest);
  const ofSeeds = Math.max(seed, seedImage, seedDraw);
  const ofDraws = Math.max(0, draw - seedDraw, drawImage - rest);
  const variance = (ofImages + ofSeeds + ofDraws) / count;
  const doubts = [
    [image, images - 1],
    [seed, seeds - 1],
    [draw, draws - 1],
    [seedDraw, (seeds - 1) * (draws - 1)],
  ] as const;
  const doubt = doubts.reduce((sum, [square, degrees]) => sum + (degrees > 0 ? (square / count) ** 2 / degrees : 0), 0);
  return { mean, variance, degrees: Math.max(1, variance ** 2 / doubt) };
}

/** The analysis of variance of one value a cell: mean squares of the three effects and what they do together. */
function meanSquares({ seeds, draws, images, values }: Crossed) {
  const seedImages = new Float64Array(seeds * images);
  const drawImages = new Float64Array(draws * images);
  const seedDraws = new Float64Array(seeds * draws);
  let squares = 0;
  for (let s = 0; s < seeds; s++) {
    for (let d = 0; d < draws; d++) {
      const row = (s * draws + d) * images;
      for (let i = 0; i < images; i++) {
        const value = values[row + i]!;
        seedImages[s * images + i]! += value;
        drawImages[d * images + i]! += value;
        seedDraws[s * draws + d]! += value;
        squares += value * value;
      }
    }
  }
  const total = seedDraws.reduce((sum, value) => sum + value, 0);
  const constant = total ** 2 / (seeds * draws * images);
  const between = (sums: Float64Array, cells: number): number =>
    sums.reduce((sum, value) => sum + value * value, 0) / cells - constant;

  const image = between(folded(seedImages, images, 1), seeds * draws);
  const seed = between(folded(seedDraws, seeds, draws), draws * images);
  const draw = between(folded(seedDraws, draws, 1), seeds * images);
  const seedImage = between(seedImages, draws) - seed - image;
  const drawImage = between(drawImages, seeds) - draw - image;
  const seedDraw = between(seedDraws, images) - seed - draw;
  const rest = squares - constant - image - seed - draw - seedImage - drawImage - seedDraw;
  const [ofImages, ofSeeds, ofDraws] = [images - 1, seeds - 1, draws - 1];
  return {
    mean: total / (seeds * draws * images),
    image: perDegree(image, ofImages),
    seed: perDegree(seed, ofSeeds),
    draw: perDegree(draw, ofDraws),
    seedImage: perDegree(seedImage, ofSeeds * ofImages),
    drawImage: perDegree(drawImage, ofDraws * ofImages),
    seedDraw: perDegree(seedDraw, ofSeeds * ofDraws),
    rest: perDegree(rest, ofSeeds * ofDraws * ofImages),
  };
}

/** Sums over one axis of a table: entry i goes to place ⌊i / step⌋ mod `count`. */
function folded(table: Float64Array, count: number, step: number): Float64Array {
  const sums = new Float64Array(count);
  table.forEach((value, i) => (sums[Math.floor(i / step) % count]! += value));
  return sums;
}

/** Rounding may leave a hair less than nothing. */
function perDegree(squares: number, degrees: number): number {
  return degrees > 0 ? Math.max(0, squares) / degrees : 0;
}
