import * as tf from '@tensorflow/tfjs-core';
import { readValues } from '../tensor/flat.ts';

/**
 * Matrix `[to, from]` that resamples a line of `from` values to `to` by linear interpolation with half-pixel centres
 * and repeated edges: what PyTorch calls bilinear without align_corners. As a matrix it is differentiable everywhere.
 */
export const interpolation = (from: number, to: number): Float32Array => {
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const at = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const low = Math.min(Math.floor(at), Math.max(from - 2, 0));
    const part = at - low;
    matrix[i * from + low]! += 1 - part;
    if (part > 0) matrix[i * from + low + 1]! += part;
  }
  return matrix;
};

/** Matrix `[to, from]` that averages blocks of `from / to` values. */
const averaging = (from: number, to: number): Float32Array => {
  const matrix = new Float32Array(to * from);
  for (let j = 0; j < from; j++) matrix[Math.floor((j * to) / from) * from + j] = to / from;
  return matrix;
};

/** Applies a `[to, from]` matrix to the rows and the columns of `[n, from, from, c]`. */
const resampled = (images: tf.Tensor4D, matrix: Float32Array, to: number): tf.Tensor4D => {
  const [n, from, , c] = images.shape;
  const m = tf.tensor2d(matrix, [to, from]);
  const planes = tf.reshape(tf.transpose(images, [0, 3, 1, 2]), [n * c * from, from]);
  const wide = tf.reshape(tf.matMul(planes, m, false, true), [n * c, from, to]);
  const tall = tf.matMul(tf.reshape(tf.transpose(wide, [0, 2, 1]), [n * c * to, from]), m, false, true);
  return tf.transpose(tf.reshape(tall, [n, c, to, to]), [0, 3, 2, 1]) as tf.Tensor4D;
};

/**
 * Takes packed images apart: view v of image i is its grid cell (row v / factor, column v % factor), enlarged to
 * the whole size. Differentiable.
 * @param images - `[n, size, size, c]`, size divisible by factor
 * @returns `[n · factor², size, size, c]`, the views of a image side by side
 */
export const unpack = (images: tf.Tensor4D, factor: number): tf.Tensor4D => {
  const [n, size, , c] = images.shape;
  const cell = size / factor;
  const grid = tf.reshape(images, [n, factor, cell, factor, cell * c]);
  const cells = tf.reshape(tf.transpose(grid, [0, 1, 3, 2, 4]), [n * factor ** 2, cell, cell, c]) as tf.Tensor4D;
  return resampled(cells, interpolation(cell, size), size);
};

/** `[count, size, size, channels]` in, the transformed images out, both as plain arrays. */
type OnArrays = (pixels: Float32Array, count: number, size: number, channels: number, factor: number) => Float32Array;

const onArrays =
  (transform: (images: tf.Tensor4D, factor: number) => tf.Tensor4D): OnArrays =>
  (pixels, count, size, channels, factor) =>
    readValues(() => transform(tf.tensor4d(pixels, [count, size, size, channels]), factor));

const shrink = (images: tf.Tensor4D, factor: number): tf.Tensor4D => {
  const size = images.shape[1];
  return resampled(images, averaging(size, size / factor), size / factor);
};

/** `unpack` for plain arrays. */
export const enlarged = onArrays(unpack);

/** Faces at 1/factor of their size by averaging blocks of pixels, `[n, size, size, c]` to `[n, size/factor, …, c]`. */
export const reduced = onArrays(shrink);

/** Faces as packing would leave them: reduced by `factor` and enlarged again. */
export const blurred = onArrays((images, factor) => {
  const size = images.shape[1];
  return resampled(shrink(images, factor), interpolation(size / factor, size), size);
});
