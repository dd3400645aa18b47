import * as tf from '@tensorflow/tfjs-core';
import type { Augmentation } from '../contracts/augmentation.ts';
import type { Images } from '../data/images.ts';
import { OmnidistillError } from '../errors.ts';
import type { Net } from '../nets/net.ts';
import { decayingParameters, type Weights } from '../nets/weights.ts';
import { type Checkpointer, type CheckpointState, withoutCheckpoints } from '../run/checkpoints.ts';
import { adamW } from '../tensor/adamw.ts';
import { microBatches } from '../tensor/micro-batches.ts';
import { random } from '../tensor/random.ts';
import { batches, type MixturePart } from './batches.ts';
import { consistencyTeacher, WEAK_AUGMENTATION } from './consistency.ts';
import { decodeFit, encodeFit, type FitState, freshFit, type LossAt, lossesFrom, lossTensors } from './fit-state.ts';
import { type BatchRows, gradientsOf } from './gradient.ts';
import { emaAt, type Hyperparameters, learningRateAt } from './hyperparameters.ts';
import { recalibrateBatchNorm } from './recalibrate-batch-norm.ts';
import { viewLabeller } from './view-labels.ts';

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

export interface FitOptions {
  readonly hyperparameters: Hyperparameters;
  /** What every batch is made of. */
  readonly mixture: readonly MixturePart[];
  /** How images are varied, where their part of the mixture says nothing else. */
  readonly augmentation: Augmentation;
  /** Where training starts. */
  readonly parameters: Float32Array;
  /** Real images, which the batch-norm statistics are taken from at the end, not augmented. */
  readonly recalibrateOn: Images;
  /**
   * The moving average of the weights labels the last part of the mixture, whose own targets are zeros, wherever it is as sure as
   * this. @default every part brings its targets
   */
  readonly teachLastFrom?: number | undefined;
  /**
   * Label every image of a batch as the net sees it, in turn; the targets of the mixture do not count. Such images are standardised
   * again after they were mixed, as the teachers know images. @default every part brings its targets
   */
  readonly teachers?: readonly Weights[] | undefined;
  /** Names the random stream, and the state among the checkpoints. */
  readonly stream: readonly (string | number)[];
  /** @default training that cannot be resumed */
  readonly checkpointer?: Checkpointer | undefined;
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
 * Trains a net: AdamW, warm-up and cosine, mixup, weights averaged over the steps, batch-norm statistics taken again
 * with the averaged weights. Where a checkpoint holds its state it goes on from there and ends with the same bits.
 * @throws DivergedError when the loss stops being a number
 * @throws InterruptedError when the work is told to stop
 */
export const fitNet = async (net: Net, options: FitOptions): Promise<Fitted> => {
  const { hyperparameters, mixture, stream, checkpointer = withoutCheckpoints } = options;
  const name = stream.join('.');
  const earlier = await checkpointer.load(name);
  if (earlier?.batchNormStats !== undefined) return finished(net, earlier);
  const start = earlier === undefined ? freshFit(options.parameters) : decodeFit(earlier, mixture.length);
  const threshold = options.teachLastFrom;
  const rules = {
    augmentation: options.augmentation,
    mirror: net.mirror,
    mixup: hyperparameters.mixup,
    standardise: options.teachers !== undefined,
    secondView: threshold === undefined ? undefined : WEAK_AUGMENTATION,
  };
  const source = batches(mixture, rules, start.batches ?? random(...stream, 'batches'));
  const from = mixture.slice(0, -1).reduce((sum, { perBatch }) => sum + perBatch, 0);
  const optimiser = adamW(start.optimiser, hyperparameters.weightDecay, decayingParameters(net));
  const gradients = gradientsOf(net);
  const consistency = threshold === undefined ? undefined : consistencyTeacher(net, { from, threshold });
  const labeller = options.teachers && viewLabeller(options.teachers);
  const passes = microBatches('training images', Number.POSITIVE_INFINITY);
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
    for (let step = start.optimiser.stepCount; step < hyperparameters.steps; step++) {
      await checkpointer.step(name, () => encodeFit(state()));
      const read = step % READ_LOSS_EVERY === 0 || step === hyperparameters.steps - 1;
      const before = read ? state() : undefined;
      const teacher = average;
      const retarget = async (rows: BatchRows): Promise<tf.Tensor2D> => {
        if (labeller !== undefined) return labeller.labels(step, rows.images);
        return consistency === undefined ? rows.targets : consistency.targets(teacher, rows);
      };
      const { gradient, loss } = await gradients.of(optimiser.parameters, source.next(), passes, retarget);
      const value = read ? loss.dataSync()[0]! : undefined;
      if (value !== undefined && !Number.isFinite(value)) {
        tf.dispose([gradient, loss]);
        const last = good ?? start;
        const place = await checkpointer.save(name, encodeFit(last));
        throw new DivergedError(step, hyperparameters.learningRate, last.optimiser.stepCount, place);
      }
      optimiser.step(gradient, learningRateAt(step, hyperparameters));
      tf.dispose([gradient, loss]);
      average = averaged(average, optimiser.parameters, emaAt(step, hyperparameters.ema));
      good = before ?? good;
      if (value !== undefined) losses.push({ step: step + 1, loss: value });
      options.onStep?.(step + 1);
    }
    const parameters = (average.dataSync() as Float32Array).slice();
    const weights = { net, parameters, batchNormStats: recalibrateBatchNorm(net, parameters, options.recalibrateOn) };
    checkpointer.finish(name, encodeFinished(weights, losses));
    return { weights, losses };
  } finally {
    optimiser.dispose();
    average.dispose();
    gradients.dispose();
    consistency?.dispose();
    labeller?.dispose();
  }
};

function finished(net: Net, state: CheckpointState): Fitted {
  return {
    weights: {
      net,
      parameters: state.parameters!.data as Float32Array,
      batchNormStats: state.batchNormStats!.data as Float32Array,
    },
    losses: lossesFrom(state),
  };
}

function averaged(average: tf.Tensor1D, parameters: tf.Tensor1D, decay: number): tf.Tensor1D {
  const next = tf.tidy(() => tf.add(tf.mul(average, decay), tf.mul(parameters, 1 - decay)) as tf.Tensor1D);
  average.dispose();
  return next;
}

function encodeFinished({ parameters, batchNormStats }: Weights, losses: readonly LossAt[]): CheckpointState {
  return {
    parameters: { shape: [parameters.length], data: parameters },
    batchNormStats: { shape: [batchNormStats.length], data: batchNormStats },
    ...lossTensors(losses),
  };
}
