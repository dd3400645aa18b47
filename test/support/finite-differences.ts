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
 * @param steps - by how much; of several the best counts, as a loss made of gradients jumps where a ReLU switches, and a
 * wrong gradient is wrong at every step
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

/**
 * Largest difference between a Hessian-vector product and central differences of the gradient, relative to the
 * product's largest value.
 * @param seed - of the direction
 */
export const hessianError = (loss: Loss, x: tf.Tensor, seed: number, step = 1e-3): number =>
  tf.tidy(() => {
    const direction = normal(x.shape, 1000 + seed);
    const along: Loss = (x) => tf.sum(tf.mul(gradientOf(loss)(x), direction)) as tf.Scalar;
    const product = gradientOf(along)(x);
    const gradientAt = (by: number) => gradientOf(loss)(tf.add(x, tf.mul(direction, by)));
    const numeric = tf.div(tf.sub(gradientAt(step), gradientAt(-step)), 2 * step);
    const difference = tf.max(tf.abs(tf.sub(product, numeric))).dataSync()[0]!;
    return difference / tf.max(tf.abs(numeric)).dataSync()[0]!;
  });

/** A loss of several tensors as a loss of one flat vector: its Hessian has the mixed derivatives, too. */
export const ofFlat = (shapes: readonly number[][], loss: (...tensors: tf.Tensor[]) => tf.Scalar) => {
  const sizes = shapes.map((shape) => shape.reduce((product, side) => product * side, 1));
  return {
    size: sizes.reduce((sum, size) => sum + size, 0),
    loss: ((flat) => {
      // tfjs's gradient of a split in one part fails.
      const parts = sizes.length === 1 ? [flat] : tf.split(flat as tf.Tensor1D, sizes);
      return loss(...parts.map((part, i) => tf.reshape(part, shapes[i]!)));
    }) as Loss,
  };
};
