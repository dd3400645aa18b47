import type { Augmentation } from '../contracts/augmentation.ts';
import { valuesOf } from '../data/images.ts';
import { standardised, standardiserOf } from '../data/standardise.ts';
import { type Random, resumeRandom } from '../tensor/random.ts';
import { augment, type Variation } from './augment.ts';
import { type Shuffle, shuffledForever } from './shuffled.ts';
import type { MadeData, TrainingData } from './training-data.ts';

/** A part of every batch: so many images of this set, or views. */
export interface MixturePart {
  readonly set: TrainingData | MadeData;
  readonly perBatch: number;
  /** How its images are varied. @default as those of the whole batch */
  readonly augmentation?: Augmentation;
}

/** What is done to a batch. */
export interface BatchRules {
  /** How images are varied, where their part says nothing else. */
  readonly augmentation: Augmentation;
  /** Whether images may be mirrored. @default true */
  readonly mirror?: boolean | undefined;
  /** a of the weight's Beta(a, a), one weight a batch; 0 for none. */
  readonly mixup: number;
  /** Standardises the images again after they were varied and mixed, which takes their contrast. @default false */
  readonly standardise?: boolean | undefined;
  /** Makes a second view of every image, varied so. */
  readonly secondView?: Augmentation | undefined;
}

/** One training batch; the arrays belong to the caller. */
export interface Batch {
  readonly count: number;
  readonly size: number;
  /** Augmented, standardised images `[count, size, size, channels]`. */
  readonly images: Float32Array;
  /** `[count, classes]` */
  readonly targets: Float32Array;
  /** The same images varied otherwise, where the rules ask for it. */
  readonly secondViews?: Float32Array;
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
 * Endless augmented batches with a fixed part of each set, and mixup inside the batch.
 * @param start - a fresh stream of random numbers, or where earlier batches of the same mixture stood
 * @see Zhang et al., mixup (ICLR 2018)
 */
export const batches = (
  mixture: readonly MixturePart[],
  { augmentation, mirror = true, mixup, standardise = false, secondView }: BatchRules,
  start: Random | BatchesState,
): Batches => {
  const { size, channels, classes } = mixture[0]!.set;
  const values = valuesOf({ size, channels });
  const earlier = 'shuffles' in start ? start : undefined;
  const draw = 'shuffles' in start ? resumeRandom(start.draw) : start;
  const variation = (rules: Augmentation): Variation => ({ ...rules, flip: mirror });
  const second = secondView && variation(secondView);
  const parts = mixture.map((part, i) => ({
    ...part,
    rules: variation(part.augmentation ?? augmentation),
    standard: 'make' in part.set ? part.set.make : standardiserOf(part.set),
    indices: shuffledForever(part.set, draw, earlier?.shuffles[i]),
  }));
  const count = parts.reduce((sum, { perBatch }) => sum + perBatch, 0);

  const next = (): Batch => {
    const images = new Float32Array(count * values);
    const targets = new Float32Array(count * classes);
    const secondViews = second && new Float32Array(count * values);
    let at = 0;
    for (const { set, perBatch, standard, indices, rules } of parts) {
      for (let i = 0; i < perBatch; i++, at++) {
        const index = indices.next();
        const source = standard(index);
        if ('make' in set) images.set(source, at * values);
        else augment(source, 0, images, at * values, size, channels, rules, draw);
        if (second) augment(source, 0, secondViews!, at * values, size, channels, second, draw);
        targets.set(set.targets.subarray(index * classes, (index + 1) * classes), at * classes);
      }
    }
    const shown = (views: Float32Array): Float32Array => (standardise ? standardised(views, values) : views);
    if (mixup === 0) return { count, size, images: shown(images), targets, ...(secondViews && { secondViews }) };
    const [weight, partner] = [draw.beta(mixup), draw.permutation(count)];
    return { count, size, images: shown(mixed(images, partner, weight)), targets: mixed(targets, partner, weight) };
  };
  return {
    next,
    state: () => ({ draw: draw.state(), shuffles: parts.map(({ indices }) => indices.state()) }),
  };
};

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
