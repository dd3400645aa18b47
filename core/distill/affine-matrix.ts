import * as tf from '@tensorflow/tfjs-core';

/** Where a pixel of the new image is read, about the image's centre. */
export interface Affine {
  /** Radians. */
  readonly turn: number;
  /** Above 1 shows more of what lies around, so that things become smaller. */
  readonly scaleX: number;
  readonly scaleY: number;
  /** In pixels of the source. */
  readonly dx: number;
  readonly dy: number;
}

/**
 * An affine change of square images as a matrix `[size², size²]` from pixels to pixels: bilinear, and 0 outside of the image. As a
 * matrix it is differentiable on every backend.
 */
export const affineMatrix = (size: number, { turn, scaleX, scaleY, dx, dy }: Affine): Float32Array => {
  const pixels = size * size;
  const matrix = new Float32Array(pixels * pixels);
  const centre = (size - 1) / 2;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  for (let target = 0; target < pixels; target++) {
    const [u, v] = [(target % size) - centre, Math.floor(target / size) - centre];
    const x = centre + scaleX * (cos * u + sin * v) + dx;
    const y = centre + scaleY * (cos * v - sin * u) + dy;
    const [left, top] = [Math.floor(x), Math.floor(y)];
    for (const [row, column] of [
      [top, left],
      [top, left + 1],
      [top + 1, left],
      [top + 1, left + 1],
    ] as const) {
      if (row < 0 || column < 0 || row >= size || column >= size) continue;
      matrix[(row * size + column) * pixels + target] = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row));
    }
  }
  return matrix;
};

/** Images `[n, size, size, channels]` changed by such a matrix. To be called inside a `tf.tidy`. */
export const transformed = (images: tf.Tensor4D, matrix: Float32Array): tf.Tensor4D => {
  const [n, size, , channels] = images.shape;
  const pixels = size * size;
  const byChannel = tf.reshape(tf.transpose(tf.reshape(images, [n, pixels, channels]), [0, 2, 1]), [
    n * channels,
    pixels,
  ]);
  const changed = tf.reshape(tf.matMul(byChannel, tf.tensor2d(matrix, [pixels, pixels])), [n, channels, pixels]);
  return tf.reshape(tf.transpose(changed, [0, 2, 1]), images.shape);
};
