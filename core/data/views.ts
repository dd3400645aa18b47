import * as tf from '@tensorflow/tfjs-core';
import { readValues } from '../tensor/flat.ts';
import { type Images, imageAt } from './images.ts';

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

/**
 * Takes packed images apart: view v of image i is its grid cell (row v / factor, column v % factor), enlarged to
 * the whole size. Differentiable.
 * @param images - `[n, size, size, c]`, size divisible by factor
 * @returns `[n · factor², size, size, c]`, the views of an image side by side
 */
export const unpack = (images: tf.Tensor4D, factor: number): tf.Tensor4D => {
  const [n, size, , c] = images.shape;
  const cell = size / factor;
  const grid = tf.reshape(images, [n, factor, cell, factor, cell * c]);
  const cells = tf.reshape(tf.transpose(grid, [0, 1, 3, 2, 4]), [n * factor ** 2, cell, cell, c]) as tf.Tensor4D;
  return resampled(cells, interpolation(cell, size), size);
};

/** What a net learns from: every view of every image at full size, the views of an image side by side. */
export const viewsOf = (images: Images<Float32Array>, factor: number): Images<Float32Array> => {
  if (factor === 1) return images;
  const pixels = transformed(images, (tensor) => unpack(tensor, factor));
  return { ...images, count: images.count * factor ** 2, pixels };
};

/** What `viewsOf` gives, but for the last bits, where there is no backend to compute it. */
export const splitViews = (images: Images<Float32Array>, factor: number): Images<Float32Array> => {
  if (factor === 1) return images;
  const { size, channels } = images;
  const cell = size / factor;
  const matrix = interpolation(cell, size);
  const count = images.count * factor ** 2;
  const views = { ...images, count, pixels: new Float32Array(count * size * size * channels) };
  const wide = new Float32Array(cell * size * channels);
  for (let view = 0; view < count; view++) {
    const grid = imageAt(images, Math.floor(view / factor ** 2));
    const [row, column] = [Math.floor((view % factor ** 2) / factor), view % factor];
    const corner = (row * cell * size + column * cell) * channels;
    for (let y = 0; y < cell; y++) {
      weigh(matrix, grid.subarray(corner + y * size * channels), wide.subarray(y * size * channels), cell, channels);
    }
    weigh(matrix, wide, imageAt(views, view), cell, size * channels);
  }
  return views;
};

/** Images at 1/factor of their size, by averaging blocks of pixels. */
export const reduced = (images: Images<Float32Array>, factor: number): Images<Float32Array> => {
  const pixels = transformed(images, (tensor) => shrink(tensor, factor));
  return { ...images, size: images.size / factor, pixels };
};

/** Images as packing would leave them: reduced by `factor` and enlarged again. */
export const blurred = (images: Images<Float32Array>, factor: number): Images<Float32Array> => {
  const { size } = images;
  const enlarging = interpolation(size / factor, size);
  return { ...images, pixels: transformed(images, (tensor) => resampled(shrink(tensor, factor), enlarging, size)) };
};

/**
 * Packs images into fewer: `factor`² of them, each reduced by `factor`, in a grid.
 * @param images - in [0, 1], those of one grid one after the other
 * @see Kim et al., Dataset Condensation via Efficient Synthetic-Data Parameterization (ICML 2022)
 */
export const pack = (images: Images<Float32Array>, factor: number): Images<Float32Array> => {
  if (factor === 1) return images;
  const { size, channels } = images;
  const views = factor ** 2;
  const cells = reduced(images, factor);
  const line = cells.size * channels;
  const count = images.count / views;
  const pixels = new Float32Array(count * size * size * channels);
  for (let i = 0; i < images.count; i++) {
    const [image, view] = [Math.floor(i / views), i % views];
    const [row, column] = [Math.floor(view / factor), view % factor];
    const cell = imageAt(cells, i);
    for (let y = 0; y < cells.size; y++) {
      const to = ((image * size + row * cells.size + y) * factor + column) * line;
      pixels.set(cell.subarray(y * line, (y + 1) * line), to);
    }
  }
  return { size, channels, count, pixels };
};

/** A `[to, from]` matrix times `from` rows of `width` numbers each, into `to` rows. */
function weigh(matrix: Float32Array, rows: Float32Array, target: Float32Array, from: number, width: number): void {
  for (let i = 0; i < matrix.length / from; i++) {
    target.fill(0, i * width, (i + 1) * width);
    for (let j = 0; j < from; j++) {
      const weight = matrix[i * from + j]!;
      if (weight === 0) continue;
      for (let k = 0; k < width; k++) target[i * width + k]! += weight * rows[j * width + k]!;
    }
  }
}

/** Images by a function of tensors. */
function transformed(
  { size, channels, count, pixels }: Images<Float32Array>,
  transform: (images: tf.Tensor4D) => tf.Tensor4D,
): Float32Array {
  return readValues(() => transform(tf.tensor4d(pixels, [count, size, size, channels])));
}

function shrink(images: tf.Tensor4D, factor: number): tf.Tensor4D {
  const size = images.shape[1];
  return resampled(images, averaging(size, size / factor), size / factor);
}

/** Applies a `[to, from]` matrix to the rows and the columns of `[n, from, from, c]`. */
function resampled(images: tf.Tensor4D, matrix: Float32Array, to: number): tf.Tensor4D {
  const [n, from, , c] = images.shape;
  const m = tf.tensor2d(matrix, [to, from]);
  const planes = tf.reshape(tf.transpose(images, [0, 3, 1, 2]), [n * c * from, from]);
  const wide = tf.reshape(tf.matMul(planes, m, false, true), [n * c, from, to]);
  const tall = tf.matMul(tf.reshape(tf.transpose(wide, [0, 2, 1]), [n * c * to, from]), m, false, true);
  return tf.transpose(tf.reshape(tall, [n, c, to, to]), [0, 3, 2, 1]) as tf.Tensor4D;
}

/** Matrix `[to, from]` that averages blocks of `from / to` values. */
function averaging(from: number, to: number): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let j = 0; j < from; j++) matrix[Math.floor((j * to) / from) * from + j] = to / from;
  return matrix;
}
