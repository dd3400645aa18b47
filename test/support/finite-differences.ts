import * as tf from '@tensorflow/tfjs-core';

export type Loss = (x: tf.Tensor) => tf.Scalar;

export const normal = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** A scalar that weighs every output value differently. */
export const weighed = (y: tf.Tensor): tf.Scalar => tf.sum(tf.mul(y, normal(y.shape, 99))) as tf.Scalar;

const gradientOf = (loss: Loss) => tf.grad(loss as (x: tf.Tensor) => tf.Tensor);

/**
 * Largest difference between a gradient and central differences, relative to the largest gradient value.
 * @param loss - scalar of one tensor
 * @param probes - how many of the tensor's values are moved
 * @param steps - by how much; of several the best counts, as a loss has a kink where a ReLU switches, and a wrong gradient
 * is wrong at every step
 */
export const gradientError = (loss: Loss, x: tf.Tensor, probes = 12, ...steps: number[]): number => {
  const values = x.dataSync().slice() as Float32Array;
  const gradient = tf.tidy(() => gradientOf(loss)(x).dataSync() as Float32Array);
  const at = (index: number, by: number): number =>
    tf.tidy(() => {
      const moved = values.slice();
      moved[index]! += by;
      return loss(tf.tensor(moved, x.shape)).dataSync()[0]!;
    });
  const scale = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 1e-6);
  let worst = 0;
  for (let probe = 0; probe < probes; probe++) {
    const index = Math.floor((probe * values.length) / probes);
    const errors = (steps.length > 0 ? steps : [1e-2]).map((step) => {
      const numeric = (at(index, step) - at(index, -step)) / (2 * step);
      return Math.abs(numeric - gradient[index]!) / scale;
    });
    worst = Math.max(worst, Math.min(...errors));
  }
  return worst;
};
