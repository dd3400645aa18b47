import * as tf from '@tensorflow/tfjs-core';
import { OmnidistillError } from '../errors.ts';
import { type NetSpec, type ParameterSpec, parametersOf, trainForward } from '../nets/k2.ts';
import { flatten, unflatten, type Weights } from '../nets/weights.ts';
import { type Session, withoutSession } from '../run/checkpoints.ts';
import { adamW } from '../tensor/adamw.ts';
import { crossEntropy } from '../tensor/cross-entropy.ts';
import { type Passes, passesOf } from '../tensor/passes.ts';
import { random } from '../tensor/random.ts';
import { type Batch, batches, type Share } from './batches.ts';
import { decodeFit, encodeFit, type FitState, freshFit, type LossAt, lossesFrom, lossTensors } from './fit-state.ts';
import type { LearnSet } from './learn-set.ts';
import { measureMoments } from './measure-moments.ts';
import { emaAt, learningRateAt } from './schedule.ts';

/** The loss is no number any more; nothing learned after the step before can be trusted. */
export class DivergedError extends OmnidistillError {
  public override readonly name = 'DivergedError';

  /** @param good - the last step whose loss was a number, and @param place - where the state before it lies */
  public constructor(step: number, learningRate: number, good: number, place: string) {
    super(
      `The loss is not a number at step ${step}. Lower the learning rate (${learningRate}) of this stage. ` +
        `The last good state, before step ${good}, is kept in ${place}.`,
    );
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
  /** Real images, not augmented, on which the batch-norm statistics are measured at the end. */
  readonly moments: LearnSet;
  /** Names the random stream, and the state in the session. */
  readonly stream: readonly (string | number)[];
  /** @default training that cannot be resumed */
  readonly session?: Session | undefined;
  /** Called after every step, which counts from 1. */
  readonly onStep?: ((step: number) => void) | undefined;
}

export interface Fitted {
  readonly weights: Weights;
  /** Read now and then, at the first and at the last step. */
  readonly losses: readonly LossAt[];
}

/** The loss is read every so many steps: each read waits for the device. */
const READ_LOSS_EVERY = 25;

/**
 * Trains a k2 net: AdamW, warm-up and cosine, mixup, weights averaged over the steps, batch-norm statistics measured
 * with the averaged weights. A session that holds its state goes on from there and ends with the same bits.
 * @throws DivergedError when the loss stops being a number
 * @throws InterruptedError when the session is told to stop
 */
export const fitNet = async (spec: NetSpec, options: FitOptions): Promise<Fitted> => {
  const { recipe, shares, stream, session = withoutSession } = options;
  const name = stream.join('.');
  const earlier = await session.load(name);
  if (earlier?.moments !== undefined) return finished(spec, earlier);
  const start = earlier === undefined ? freshFit(options.theta) : decodeFit(earlier, shares.length);
  const source = batches(shares, recipe.mixup, start.batches ?? random(...stream, 'batches'));
  const specs = parametersOf(spec);
  const optimiser = adamW(start.optimiser, recipe.weightDecay);
  const passes = passesOf('training images', Number.POSITIVE_INFINITY);
  const losses = [...start.losses];
  let average = tf.tensor1d(start.average);
  const state = (): FitState => ({
    optimiser: optimiser.state(),
    average: (average.dataSync() as Float32Array).slice(),
    batches: source.state(),
    losses: [...losses],
  });

  try {
    let good: FitState | undefined;
    for (let step = start.optimiser.time; step < recipe.steps; step++) {
      await session.step(name, () => encodeFit(state()));
      const read = step % READ_LOSS_EVERY === 0 || step === recipe.steps - 1;
      const before = read ? state() : undefined;
      const { gradient, loss } = await gradientOf(spec, specs, optimiser.theta, source.next(), passes);
      const value = read ? loss.dataSync()[0]! : undefined;
      if (value !== undefined && !Number.isFinite(value)) {
        tf.dispose([gradient, loss]);
        const last = good ?? start;
        const place = await session.save(name, encodeFit(last));
        throw new DivergedError(step, recipe.learningRate, last.optimiser.time, place);
      }
      optimiser.step(gradient, learningRateAt(step, recipe));
      tf.dispose([gradient, loss]);
      average = averaged(average, optimiser.theta, emaAt(step, recipe.ema));
      good = before ?? good;
      if (value !== undefined) losses.push({ step: step + 1, loss: value });
      options.onStep?.(step + 1);
    }
    const theta = (average.dataSync() as Float32Array).slice();
    const weights = { spec, theta, moments: measureMoments(spec, theta, options.moments) };
    session.finish(name, encodeFinished(weights, losses));
    return { weights, losses };
  } finally {
    optimiser.dispose();
    average.dispose();
  }
};

interface Gradient {
  /** Flat, in the order of the parameters. */
  readonly gradient: tf.Tensor1D;
  readonly loss: tf.Scalar;
}

/** Gradient of the mean loss over a batch; the caller disposes both tensors. */
const gradientOf = async (
  spec: NetSpec,
  specs: readonly ParameterSpec[],
  theta: tf.Tensor1D,
  batch: Batch,
  passes: Passes,
): Promise<Gradient> => {
  const parts: { rows: number; found: Gradient }[] = [];
  const slice = (values: Float32Array, start: number, rows: number): Float32Array => {
    const width = values.length / batch.count;
    return values.subarray(start * width, (start + rows) * width);
  };
  try {
    await passes.run(batch.count, (start, rows) => {
      const found = tf.tidy(() => {
        const images = tf.tensor4d(slice(batch.images, start, rows), [rows, batch.size, batch.size, spec.channels]);
        const targets = tf.tensor2d(slice(batch.targets, start, rows), [rows, spec.classes]);
        const { value, grads } = tf.valueAndGrads((...parameters: tf.Tensor[]) =>
          crossEntropy(trainForward(spec, parameters, images), targets),
        )(unflatten(theta, specs));
        return { gradient: flatten(grads), loss: value };
      });
      parts.push({ rows, found });
    });
  } catch (error) {
    for (const { found } of parts) tf.dispose([found.gradient, found.loss]);
    throw error;
  }
  const [only, ...more] = parts;
  return only !== undefined && more.length === 0 ? only.found : meanOf(parts, batch.count);
};

const meanOf = (parts: readonly { rows: number; found: Gradient }[], count: number): Gradient => {
  const mean = <T extends tf.Tensor>(tensors: readonly T[]): T =>
    tf.tidy(() => tf.addN(tensors.map((tensor, i) => tf.mul(tensor, parts[i]!.rows / count) as T)));
  const gradient = mean(parts.map(({ found }) => found.gradient));
  const loss = mean(parts.map(({ found }) => found.loss));
  for (const { found } of parts) tf.dispose([found.gradient, found.loss]);
  return { gradient, loss };
};

const averaged = (average: tf.Tensor1D, theta: tf.Tensor1D, decay: number): tf.Tensor1D => {
  const next = tf.tidy(() => tf.add(tf.mul(average, decay), tf.mul(theta, 1 - decay)) as tf.Tensor1D);
  average.dispose();
  return next;
};

const encodeFinished = ({ theta, moments }: Weights, losses: readonly LossAt[]) => ({
  theta: { shape: [theta.length], data: theta },
  moments: { shape: [moments.length], data: moments },
  ...lossTensors(losses),
});

const finished = (spec: NetSpec, state: NonNullable<Awaited<ReturnType<Session['load']>>>): Fitted => ({
  weights: { spec, theta: state.theta!.data as Float32Array, moments: state.moments!.data as Float32Array },
  losses: lossesFrom(state),
});
