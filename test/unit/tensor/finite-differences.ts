import * as tf from '@tensorflow/tfjs-core';

/**
 * Largest difference between a gradient and central differences, relative to the largest gradient value.
 * @param loss - scalar of one tensor
 * @param probes - how many of the tensor's values are moved
 */
export const gradientError = (loss: (x: tf.Tensor) => tf.Scalar, x: tf.Tensor, probes = 12, step = 1e-2): number => {
  const values = x.dataSync().slice() as Float32Array;
  const gradient = tf.tidy(
    () =>
      tf
        .grad(loss as (x: tf.Tensor) => tf.Tensor)(x)
        .dataSync() as Float32Array,
  );
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
    const numeric = (at(index, step) - at(index, -step)) / (2 * step);
    worst = Math.max(worst, Math.abs(numeric - gradient[index]!) / scale);
  }
  return worst;
};
