import * as tf from '@tensorflow/tfjs-core';

/** Numbers of a tensor of this shape. */
export const sizeOf = ({ shape }: { readonly shape: readonly number[] }): number =>
  shape.reduce((product, side) => product * side, 1);

/** The parts of a flat vector as tensors of their shapes; differentiable. */
export const unflatten = (flat: tf.Tensor1D, specs: readonly { readonly shape: readonly number[] }[]): tf.Tensor[] =>
  specs.length === 0 ? [] : tf.split(flat, specs.map(sizeOf)).map((part, i) => shaped(part, specs[i]!.shape));

/** Any tensors as one flat vector. */
export const flatten = (tensors: readonly tf.Tensor[]): tf.Tensor1D =>
  tf.concat(tensors.map((tensor) => shaped(tensor, [tensor.size]) as tf.Tensor1D));

/** Most tensors of a net are vectors already, and an operation that changes nothing costs its call. */
const shaped = (tensor: tf.Tensor, shape: readonly number[]): tf.Tensor =>
  tensor.rank === 1 && shape.length === 1 ? tensor : tf.reshape(tensor, [...shape]);

/**
 * The values of what `work` computes; every tensor made on the way is disposed.
 * A `tf.tidy` that returned the values themselves would look for tensors among them, one by one: 25 ms for 100,000.
 */
export const readValues = (work: () => tf.Tensor): Float32Array => {
  const result = tf.tidy(work);
  try {
    return result.dataSync() as Float32Array;
  } finally {
    result.dispose();
  }
};
