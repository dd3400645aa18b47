import * as tf from '@tensorflow/tfjs-core';
import type { Perceptron } from '../../gate/perceptron.ts';
import { adamW, freshAdamW } from '../../tensor/adamw.ts';
import { crossEntropy } from '../../tensor/cross-entropy.ts';
import { flatten, unflatten } from '../../tensor/flat.ts';
import { type Random, random } from '../../tensor/random.ts';
import { learningRateAt } from '../hyperparameters.ts';

/** Vectors of one length, row by row. */
export interface Rows {
  readonly width: number;
  readonly values: Float32Array;
}

export const HIDDEN = 48;
export const STEPS = 900;
const [WANTED_PER_BATCH, OTHERS_PER_BATCH] = [32, 64];
const RECIPE = { steps: STEPS, learningRate: 2e-3, weightDecay: 0.05, mixup: 0, ema: 0 };
/** A number that hardly differs between vectors must not be blown up. */
const LEAST_DEVIATION = 1e-3;

/** Trains a perceptron to tell wanted vectors from others, both kinds equally weighty in what it is standardised by. */
export const fitPerceptron = (wanted: Rows, others: Rows, stream: readonly (string | number)[]): Perceptron => {
  const inputs = wanted.width;
  const { mean, scale } = momentsOf(wanted, others);
  const standard = (rows: Rows): Rows => ({
    width: inputs,
    values: rows.values.map((value, i) => (value - mean[i % inputs]!) * scale[i % inputs]!),
  });
  const draw = random(...stream, 'perceptron');
  const parts = [
    { rows: standard(wanted), next: shuffled(wanted, draw), count: WANTED_PER_BATCH },
    { rows: standard(others), next: shuffled(others, draw), count: OTHERS_PER_BATCH },
  ];
  const specs = [{ shape: [inputs, HIDDEN] }, { shape: [HIDDEN] }, { shape: [HIDDEN, 2] }, { shape: [2] }];
  const fresh = new Float32Array(inputs * HIDDEN + HIDDEN + 2 * HIDDEN + 2);
  for (let i = 0; i < inputs * HIDDEN; i++) fresh[i] = draw.normal() * Math.sqrt(1 / inputs);
  for (let i = 0; i < 2 * HIDDEN; i++) fresh[inputs * HIDDEN + HIDDEN + i] = draw.normal() * Math.sqrt(1 / HIDDEN);
  const optimiser = adamW(freshAdamW(fresh), RECIPE.weightDecay);
  const count = WANTED_PER_BATCH + OTHERS_PER_BATCH;
  const targets = tf.tensor2d(
    Float32Array.from({ length: 2 * count }, (_, i) => Number(i % 2 === (i < 2 * WANTED_PER_BATCH ? 1 : 0))),
    [count, 2],
  );
  const batch = new Float32Array(count * inputs);
  for (let step = 0; step < STEPS; step++) {
    let at = 0;
    for (const { rows, next, count } of parts) {
      for (let i = 0; i < count; i++, at += inputs) {
        const row = next();
        batch.set(rows.values.subarray(row * inputs, (row + 1) * inputs), at);
      }
    }
    const gradient = tf.tidy(() => {
      const x = tf.tensor2d(batch, [count, inputs]);
      const { grads } = tf.valueAndGrads((...[kernel, bias, head, headBias]: tf.Tensor[]) => {
        const layer = tf.relu(tf.add(tf.matMul(x, kernel as tf.Tensor2D), bias!));
        return crossEntropy(tf.add(tf.matMul(layer, head as tf.Tensor2D), headBias!) as tf.Tensor2D, targets);
      })(unflatten(optimiser.parameters, specs));
      return flatten(grads);
    });
    optimiser.step(gradient, learningRateAt(step, RECIPE));
    gradient.dispose();
  }
  const flat = optimiser.state().parameters;
  optimiser.dispose();
  targets.dispose();
  const [kernel, bias, heads, headBiases] = [0, inputs * HIDDEN, (inputs + 1) * HIDDEN, (inputs + 3) * HIDDEN].map(
    (start, i) => flat.slice(start, start + [inputs * HIDDEN, HIDDEN, 2 * HIDDEN, 2][i]!),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  return {
    inputs,
    hidden: HIDDEN,
    mean,
    scale,
    kernel,
    bias,
    head: Float32Array.from({ length: HIDDEN }, (_, j) => heads[2 * j + 1]! - heads[2 * j]!),
    headBias: headBiases[1]! - headBiases[0]!,
  };
};

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

/** Endless rows: each once, in a new order each time round. */
function shuffled({ width, values }: Rows, draw: Random): () => number {
  const count = values.length / width;
  let [order, at] = [draw.permutation(count), 0];
  return () => {
    if (at === count) [order, at] = [draw.permutation(count), 0];
    return order[at++]!;
  };
}
