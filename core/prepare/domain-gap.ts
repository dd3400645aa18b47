import type { DomainGap } from '../contracts/gate.ts';
import { type Images, imageAt, type LabelledImages, selectLabelled } from '../data/images.ts';
import { standardised } from '../data/standardise.ts';
import { AREA, greyImages, SIDE } from '../gate/grey.ts';
import { BANDS, bandsOf } from '../gate/spectrum.ts';
import { aucInterval, aucOf, type Scored } from '../statistics/auc.ts';
import { fitLogistic, logisticOdds } from '../statistics/logistic-regression.ts';
import { random } from '../tensor/random.ts';

/** Fewer images of either side are not measured. */
export const FEWEST = 20;
/** From here on the pool is called another domain, where the interval does not reach down to `SURELY`. */
export const WIDE = 0.85;
const SURELY = 0.7;

/** Labelled images that are looked at, at most. */
const MOST_LABELLED = 1000;
const FOLDS = 5;
/** scikit-learn's C of 0.01, whose penalty is against the sum over all images. */
const PENALTY = 100;

const SQUARE = 4;
const ACROSS = SIDE / SQUARE;
const WIDTH = ACROSS * ACROSS + BANDS;

/**
 * How easily a classifier that sees nothing but 12 by 12 means and how fine the detail is tells pool images from labelled
 * ones, each fifth of them by what it learned from the others. Labelled images count by how often the pool's images are
 * most like one of their class, so that a pool of other class proportions is not taken for another domain.
 * @param seed - deals out the folds
 * @returns `undefined` where either side has too few images
 */
export const domainGap = (all: LabelledImages, pool: Images, seed: number): DomainGap | undefined => {
  if (all.count < FEWEST || pool.count < FEWEST) return undefined;
  const chosen = random(seed, 'domain-gap', 'labelled').permutation(all.count).slice(0, MOST_LABELLED);
  const labelled = selectLabelled(all, chosen);
  const own = describe(labelled);
  const theirs = describe(pool);
  const values = scaled([own, theirs]);
  const count = labelled.count + pool.count;
  const weights = weightsOf(values, labelled.labels, pool.count);
  const targets = Uint8Array.from({ length: count }, (_, i) => Number(i >= labelled.count));
  const order = random(seed, 'domain-gap').permutation(count);
  const odds = new Float64Array(count);
  for (let fold = 0; fold < FOLDS; fold++) {
    const seen = order.filter((_, i) => i % FOLDS !== fold);
    const coefficients = fitLogistic(
      {
        width: WIDTH,
        values: rowsAt(values, seen),
        targets: [...seen].map((i) => targets[i]!),
        weights: [...seen].map((i) => weights[i]!),
      },
      PENALTY / count,
    );
    order.forEach((i, at) => {
      if (at % FOLDS === fold) odds[i] = logisticOdds(coefficients, values, i);
    });
  }
  const scored = Array.from(odds, (score, i): Scored => ({ score, weight: weights[i]! }));
  const [negatives, positives] = [scored.slice(0, labelled.count), scored.slice(labelled.count)];
  const auc = aucOf(positives, negatives);
  const { low, high } = aucInterval(auc, positives, negatives);
  return { labelled: labelled.count, pool: pool.count, auc, low, high, wide: auc >= WIDE && low >= SURELY };
};

/** Means of squares and logarithms of the spectrum's bands, standardised image by image: `[count, 156]`. */
function describe(images: Images): Float32Array {
  const grey = greyImages(images);
  const result = new Float32Array(images.count * WIDTH);
  for (let i = 0; i < images.count; i++) {
    const image = standardised(imageAt(grey, i), AREA);
    const row = result.subarray(i * WIDTH, (i + 1) * WIDTH);
    image.forEach((value, at) => {
      const square = Math.floor(Math.floor(at / SIDE) / SQUARE) * ACROSS + Math.floor((at % SIDE) / SQUARE);
      row[square]! += value / SQUARE ** 2;
    });
    row.set(bandsOf(image), ACROSS * ACROSS);
  }
  return result;
}

/** All rows in one block, every column with mean 0 and deviation 1, where each part is half of all. */
function scaled(parts: readonly [Float32Array, Float32Array]): Float32Array {
  const moment = (of: (value: number, column: number) => number): Float64Array => {
    const sum = new Float64Array(WIDTH);
    for (const part of parts) {
      part.forEach((value, i) => (sum[i % WIDTH]! += (of(value, i % WIDTH) * WIDTH) / part.length / 2));
    }
    return sum;
  };
  const mean = moment((value) => value);
  const deviation = moment((value, column) => (value - mean[column]!) ** 2).map((value) => Math.sqrt(value) || 1);
  return Float32Array.from(
    [...parts[0], ...parts[1]],
    (value, i) => (value - mean[i % WIDTH]!) / deviation[i % WIDTH]!,
  );
}

/**
 * 1 for pool images; labelled images share as much, each class as often as it is that of the labelled image which a pool
 * image is nearest to.
 */
function weightsOf(values: Float32Array, labels: Int32Array, poolCount: number): Float64Array {
  const votes = new Map<number, number>();
  for (let i = 0; i < poolCount; i++) {
    const label = labels[nearest(values, labels.length + i, labels.length)]!;
    votes.set(label, (votes.get(label) ?? 0) + 1);
  }
  const members = new Map<number, number>();
  for (const label of labels) members.set(label, (members.get(label) ?? 0) + 1);
  return Float64Array.from({ length: labels.length + poolCount }, (_, i) =>
    i < labels.length ? (votes.get(labels[i]!) ?? 0) / members.get(labels[i]!)! : 1,
  );
}

function nearest(values: Float32Array, row: number, among: number): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let other = 0; other < among; other++) {
    let distance = 0;
    for (let k = 0, a = row * WIDTH, b = other * WIDTH; k < WIDTH && distance < least; k++, a++, b++) {
      distance += (values[a]! - values[b]!) ** 2;
    }
    if (distance < least) [best, least] = [other, distance];
  }
  return best;
}

function rowsAt(values: Float32Array, rows: Int32Array): Float32Array {
  const result = new Float32Array(rows.length * WIDTH);
  rows.forEach((row, i) => result.set(values.subarray(row * WIDTH, (row + 1) * WIDTH), i * WIDTH));
  return result;
}
