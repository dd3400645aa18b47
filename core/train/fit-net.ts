import * as tf from '@tensorflow/tfjs-core';
import { OmnidistillError } from '../errors.ts';
import { momentsOf, type NetSpec, parametersOf, trainForward } from '../nets/k2.ts';
import { flatten, unflatten, type Weights } from '../nets/weights.ts';
import { standardised } from '../pool/standardise.ts';
import { adamW } from '../tensor/adamw.ts';
import { crossEntropy } from '../tensor/cross-entropy.ts';
import { random } from '../tensor/random.ts';
import { batches, type Share } from './batches.ts';
import type { LearnSet } from './learn-set.ts';

/** The loss is no number any more; nothing learned after the step before can be trusted. */
export class DivergedError extends OmnidistillError {
  public override readonly name = 'DivergedError';

  public constructor(step: number, learningRate: number) {
    super(`The loss is not a number at step ${step}. Lower the learning rate (${learningRate}) of this stage.`);
  }
}

export interface Recipe {
  readonly steps: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly mixup: number;
  /** Decay of the weights' moving average; 0 for none. */
  readonly ema: number;
}

export interface FitOptions {
  readonly recipe: Recipe;
  readonly shares: readonly Share[];
  /** Where training starts. */
  readonly theta: Float32Array;
  /** Real pictures, not augmented, on which the batch-norm statistics are measured at the end. */
  readonly moments: LearnSet;
  /** Names the random stream. */
  readonly stream: readonly (string | number)[];
  readonly onStep?: (step: number, loss: number | undefined) => void;
}

export interface Fitted {
  readonly weights: Weights;
  readonly loss: number;
}

/** Share of the steps in which the learning rate rises to its peak. */
const WARM_UP = 0.05;
/** The loss is read every so many steps: each read waits for the device. */
const READ_LOSS_EVERY = 25;
/** Pictures that the batch-norm statistics are measured on, at most. */
const MOMENT_IMAGES = 1024;

/** Linear warm-up, then a cosine down to zero. `step` counts from 0. */
export const learningRateAt = (step: number, { steps, learningRate }: Recipe): number => {
  const warmUp = Math.ceil(WARM_UP * steps);
  if (step < warmUp) return (learningRate * (step + 1)) / warmUp;
  return (learningRate / 2) * (1 + Math.cos((Math.PI * (step - warmUp)) / Math.max(steps - warmUp, 1)));
};

/** Decay of the moving average at a step: it warms up, so that the first weights are soon forgotten. */
export const emaAt = (step: number, decay: number): number => Math.min(decay, (step + 1) / (step + 10));

/**
 * Trains a k2 net: AdamW, warm-up and cosine, mixup, weights averaged over the steps, batch-norm statistics measured
 * with the averaged weights.
 * @throws DivergedError when the loss stops being a number
 */
export const fitNet = (spec: NetSpec, options: FitOptions): Fitted => {
  const { recipe, shares, stream } = options;
  const { size, channels, classes } = shares[0]!.set;
  const specs = parametersOf(spec);
  const nextBatch = batches(shares, recipe.mixup, random(...stream, 'batches'));
  const optimiser = adamW(options.theta, recipe.weightDecay);
  let average = tf.tensor1d(options.theta);
  let loss = Number.NaN;

  for (let step = 0; step < recipe.steps; step++) {
    const batch = nextBatch();
    const read = step % READ_LOSS_EVERY === 0 || step === recipe.steps - 1;
    const value = tf.tidy(() => {
      const images = tf.tensor4d(batch.images, [batch.count, size, size, channels]);
      const targets = tf.tensor2d(batch.targets, [batch.count, classes]);
      const { value, grads } = tf.valueAndGrads((...parameters: tf.Tensor[]) =>
        crossEntropy(trainForward(spec, parameters, images), targets),
      )(unflatten(optimiser.theta, specs));
      optimiser.step(flatten(grads), learningRateAt(step, recipe));
      return read ? value.dataSync()[0] : undefined;
    });
    average = averaged(average, optimiser.theta, emaAt(step, recipe.ema));
    if (value !== undefined && !Number.isFinite(value)) throw new DivergedError(step, recipe.learningRate);
    loss = value ?? loss;
    options.onStep?.(step + 1, value);
  }
  const theta = average.dataSync() as Float32Array;
  optimiser.dispose();
  average.dispose();
  return { weights: { spec, theta, moments: measureMoments(spec, theta, options.moments) }, loss };
};

const averaged = (average: tf.Tensor1D, theta: tf.Tensor1D, decay: number): tf.Tensor1D => {
  const next = tf.tidy(() => tf.add(tf.mul(average, decay), tf.mul(theta, 1 - decay)) as tf.Tensor1D);
  average.dispose();
  return next;
};

/** Batch-norm statistics of a net over pictures as they will be predicted: standardised, not augmented, one pass. */
const measureMoments = (spec: NetSpec, theta: Float32Array, set: LearnSet): Float32Array => {
  const { size, channels } = set;
  const values = size * size * channels;
  const chosen = random('moments', set.count).permutation(set.count).slice(0, MOMENT_IMAGES).sort();
  const images = new Float32Array(chosen.length * values);
  chosen.forEach((index, i) =>
    images.set(standardised(set.pixels.subarray(index * values, (index + 1) * values), values), i * values),
  );
  const flat = tf.tidy(() => {
    const parameters = unflatten(tf.tensor1d(theta), parametersOf(spec));
    const found: tf.Tensor[] = [];
    const input = tf.tensor4d(images, [chosen.length, size, size, channels]);
    trainForward(spec, parameters, input, ({ mean, variance }) => found.push(mean, variance));
    return flatten(found).dataSync() as Float32Array;
  });
  if (flat.length !== momentsOf(spec).reduce((sum, { shape }) => sum + shape[0]!, 0)) {
    throw new RangeError(`Batch-norm statistics have ${flat.length} values, which does not fit the net.`);
  }
  return flat;
};
