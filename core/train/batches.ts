import { valuesOf } from '../data/images.ts';
import { standardiserOf } from '../data/standardise.ts';
import { type Random, resumeRandom } from '../tensor/random.ts';
import { augment, STANDARD_AUGMENTATION } from './augment.ts';
import type { TrainingData } from './training-data.ts';

/** A part of every batch: so many images of this set. */
export interface MixturePart {
  readonly set: TrainingData;
  readonly perBatch: number;
}

/** One training batch; the arrays belong to the caller. */
export interface Batch {
  readonly count: number;
  readonly size: number;
  /** Augmented, standardised images `[count, size, size, channels]`. */
  readonly images: Float32Array;
  /** `[count, classes]` */
  readonly targets: Float32Array;
}

/** A set's shuffled indices and how many of them were used. */
interface Shuffle {
  readonly order: Int32Array;
  readonly position: number;
}

/** Where a stream of batches stands. */
export interface BatchesState {
  readonly draw: Int32Array;
  /** In the order of the mixture. */
  readonly shuffles: readonly Shuffle[];
}

/** An endless stream of batches. */
export interface Batches {
  next(): Batch;
  /** To be given to `batches` again, which then goes on from here. */
  state(): BatchesState;
}

/**
 * Endless augmented batches with a fixed part of each set, and mixup inside the batch with one weight a batch.
 * @param mixup - a of the weight's Beta(a, a); 0 for none
 * @param start - a fresh stream of random numbers, or where earlier batches of the same mixture stood
 * @see Zhang et al., mixup (ICLR 2018)
 */
export const batches = (mixture: readonly MixturePart[], mixup: number, start: Random | BatchesState): Batches => {
  const { size, channels, classes } = mixture[0]!.set;
  const values = valuesOf({ size, channels });
  const earlier = 'shuffles' in start ? start : undefined;
  const draw = 'shuffles' in start ? resumeRandom(start.draw) : start;
  const parts = mixture.map((part, i) => ({
    ...part,
    standard: standardiserOf(part.set),
    indices: shuffledForever(part.set.count, draw, earlier?.shuffles[i]),
  }));
  const count = parts.reduce((sum, { perBatch }) => sum + perBatch, 0);

  const next = (): Batch => {
    const images = new Float32Array(count * values);
    const targets = new Float32Array(count * classes);
    let at = 0;
    for (const { set, perBatch, standard, indices } of parts) {
      for (let i = 0; i < perBatch; i++, at++) {
        const index = indices.next();
        augment(standard(index), 0, images, at * values, size, channels, STANDARD_AUGMENTATION, draw);
        targets.set(set.targets.subarray(index * classes, (index + 1) * classes), at * classes);
      }
    }
    if (mixup === 0) return { count, size, images, targets };
    const [weight, partner] = [draw.beta(mixup), draw.permutation(count)];
    return { count, size, images: mixed(images, partner, weight), targets: mixed(targets, partner, weight) };
  };
  return {
    next,
    state: () => ({ draw: draw.state(), shuffles: parts.map(({ indices }) => indices.state()) }),
  };
};

/** Endless indices of a set: every image once, in a new order each time round. */
function shuffledForever(count: number, draw: Random, from: Shuffle | undefined) {
  let { order, position } = from ?? { order: draw.permutation(count), position: 0 };
  return {
    next: (): number => {
      if (position === count) [order, position] = [draw.permutation(count), 0];
      return order[position++]!;
    },
    state: (): Shuffle => ({ order, position }),
  };
}

/** Row i becomes weight · row i + (1 - weight) · row partner[i]. */
function mixed(rows: Float32Array, partner: Int32Array, weight: number): Float32Array {
  const width = rows.length / partner.length;
  const rest = 1 - weight;
  const result = new Float32Array(rows.length);
  for (let i = 0; i < partner.length; i++) {
    const shift = (partner[i]! - i) * width;
    for (let j = i * width; j < (i + 1) * width; j++) result[j] = weight * rows[j]! + rest * rows[j + shift]!;
  }
  return result;
}
