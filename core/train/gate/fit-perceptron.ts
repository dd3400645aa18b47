import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { Perceptron } from '../../gate/perceptron.ts';
import { adamW, freshAdamW } from '../../tensor/adamw.ts';
import { crossEntropy } from '../../tensor/cross-entropy.ts';
import { flatten, sizeOf, unflatten } from '../../tensor/flat.ts';
import { type Random, random } from '../../tensor/random.ts';
import { learningRateAt } from '../hyperparameters.ts';
import { shuffledForever } from '../shuffled.ts';
import { countOf, type Rows } from './rows.ts';

export interface PerceptronOptions {
  readonly steps: number;
  /** Names the random stream. */
  readonly stream: readonly (string | number)[];
  readonly onStep?: (() => void) | undefined;
}

const HIDDEN = 48;
const [WANTED_PER_BATCH, OTHERS_PER_BATCH] = [32, 64];
const [LEARNING_RATE, WEIGHT_DECAY] = [2e-3, 0.05];
/** A number that hardly differs between vectors must not be blown up. */
const LEAST_DEVIATION = 1e-3;

/** Trains a perceptron to tell wanted vectors from others. The event loop turns at every step. */
export const fitPerceptron = async (wanted: Rows, others: Rows, options: PerceptronOptions): Promise<Perceptron> => {
  const { steps, stream, onStep } = options;
  const recipe = { steps, learningRate: LEARNING_RATE, weightDecay: WEIGHT_DECAY, mixup: 0, ema: 0 };
  const inputs = wanted.width;
  const { mean, scale } = momentsOf(wanted, others);
  const draw = random(...stream, 'perceptron');
  const next = batchesOf(wanted, others, mean, scale, draw);
  const specs = specsOf(inputs);
  const optimiser = adamW(freshAdamW(freshParameters(specs, draw)), WEIGHT_DECAY);
  const targets = tf.tensor2d([...repeated([0, 1], WANTED_PER_BATCH), ...repeated([1, 0], OTHERS_PER_BATCH)]);
  for (let step = 0; step < steps; step++) {
    const gradient = tf.tidy(() => {
      const x = tf.tensor2d(next(), [WANTED_PER_BATCH + OTHERS_PER_BATCH, inputs]);
      const { grads } = tf.valueAndGrads((...[kernel, bias, head, headBias]: tf.Tensor[]) => {
        const layer = tf.relu(tf.add(tf.matMul(x, kernel as tf.Tensor2D), bias!));
        return crossEntropy(tf.add(tf.matMul(layer, head as tf.Tensor2D), headBias!) as tf.Tensor2D, targets);
      })(unflatten(optimiser.parameters, specs));
      return flatten(grads);
    });
    optimiser.step(gradient, learningRateAt(step, recipe));
    gradient.dispose();
    onStep?.();
    await setImmediate();
  }
  const parts = tf.tidy(() => unflatten(optimiser.parameters, specs).map((part) => part.dataSync() as Float32Array));
  optimiser.dispose();
  targets.dispose();
  const [kernel, bias, head, headBias] = parts as [Float32Array, Float32Array, Float32Array, Float32Array];
  return {
    inputs,
    hidden: HIDDEN,
    mean,
    scale,
    kernel: kernel.slice(),
    bias: bias.slice(),
    head: Float32Array.from({ length: HIDDEN }, (_, j) => head[2 * j + 1]! - head[2 * j]!),
    headBias: headBias[1]! - headBias[0]!,
  };
};

/** Kernel and bias of the hidden layer, then of the two outputs. */
function specsOf(inputs: number): { readonly shape: readonly number[] }[] {
  return [[inputs, HIDDEN], [HIDDEN], [HIDDEN, 2], [2]].map((shape) => ({ shape }));
}

/** Kernels normal with variance 1 / inputs, biases 0. */
function freshParameters(specs: readonly { readonly shape: readonly number[] }[], draw: Random): Float32Array {
  const values = specs.flatMap((spec) =>
    Array.from({ length: sizeOf(spec) }, () =>
      spec.shape.length === 2 ? draw.normal() / Math.sqrt(spec.shape[0]!) : 0,
    ),
  );
  return Float32Array.from(values);
}

function repeated<Row>(row: Row, count: number): Row[] {
  return new Array<Row>(count).fill(row);
}

/** Endless batches, the wanted rows first, each number with mean 0 and deviation 1. */
function batchesOf(
  wanted: Rows,
  others: Rows,
  mean: Float32Array,
  scale: Float32Array,
  draw: Random,
): () => Float32Array {
  const inputs = wanted.width;
  const parts = [
    { rows: wanted, perBatch: WANTED_PER_BATCH, indices: shuffledForever({ count: countOf(wanted) }, draw) },
    { rows: others, perBatch: OTHERS_PER_BATCH, indices: shuffledForever({ count: countOf(others) }, draw) },
  ];
  const batch = new Float32Array((WANTED_PER_BATCH + OTHERS_PER_BATCH) * inputs);
  return () => {
    let at = 0;
    for (const { rows, perBatch, indices } of parts) {
      for (let i = 0; i < perBatch; i++) {
        const start = indices.next() * inputs;
        for (let k = 0; k < inputs; k++, at++) batch[at] = (rows.values[start + k]! - mean[k]!) * scale[k]!;
      }
    }
    return batch;
  };
}

/** Mean and reciprocal deviation of each number, where each of the two kinds is half of all. */
function momentsOf(...kinds: readonly Rows[]): { readonly mean: Float32Array; readonly scale: Float32Array } {
  const { width } = kinds[0]!;
  const average = (of: (value: number, at: number) => number): Float32Array => {
    const sum = new Float32Array(width);
    for (const { values } of kinds) {
      const weight = width / values.length / kinds.length;
      values.forEach((value, i) => (sum[i % width]! += weight * of(value, i % width)));
    }
    return sum;
  };
  const mean = average((value) => value);
  const variance = average((value, at) => (value - mean[at]!) ** 2);
  return { mean, scale: variance.map((value) => 1 / Math.max(Math.sqrt(value), LEAST_DEVIATION)) };
}
