import * as tf from '@tensorflow/tfjs-core';
import { lazyGrad } from './lazy-grad.ts';
import { reluGrad } from './tensorflow-op.ts';

/*
 * ReLU, a 2×2 average pool, their gradients and that of one after the other. `active` is ReLU's output; it only says
 * where a gradient passes.
 */

/** ReLU with the gradient below: tfjs's own masks with a step function, six passes over the map on TensorFlow. */
export const relu = (x: tf.Tensor4D): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (x) => {
        const value = tf.relu(x);
        return { value, kept: [value] };
      },
      gradients: (dy, _inputs, [active]) => [() => keptByRelu(dy, active!)],
    },
    x,
  );

/** Means of 2×2 places; an odd last row or column is dropped. */
export const averagePool = (x: tf.Tensor4D): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (x) => ({ value: tf.avgPool(x, 2, 2, 'valid') }),
      gradients: (dy, [x]) => [() => averageUnpool(dy as tf.Tensor4D, tf.onesLike(x))],
    },
    x,
  );

/**
 * Mean over height and width.
 * @param x - `[n, h, w, c]`
 * @returns `[n, c]`
 */
export const globalMean = (x: tf.Tensor4D): tf.Tensor2D =>
  tf.getBackend() === 'tensorflow'
    ? lazyGrad(
        {
          forward: (x) => ({ value: tf.mean(x, [1, 2]) }),
          gradients: (dy, [x]) => [() => spread(dy as tf.Tensor2D, x)],
        },
        x,
      )
    : tf.mean(x, [1, 2]);

/** An equal part of `dy` at every place. tfjs's own way makes a map of ones, multiplies it and divides the product. */
function spread(dy: tf.Tensor2D, x: tf.Tensor4D): tf.Tensor {
  const [n, height, width, channels] = x.shape;
  return averagePoolGrad(tf.reshape(dy, [n, 1, 1, channels]), x, [height, width]);
}

/** Gradient of ReLU: `dy` where ReLU let pass. */
export const keptByRelu = (dy: tf.Tensor, active: tf.Tensor): tf.Tensor =>
  tf.getBackend() === 'tensorflow' ? reluGrad(dy, active) : tf.mul(dy, tf.step(active));

/**
 * Gradient of ReLU and a 2×2 average pool: a quarter of `dy` at each of the four places where ReLU let pass.
 * @param dy - `[n, ⌊h/2⌋, ⌊w/2⌋, c]`
 * @param active - `[n, h, w, c]`
 */
export const averageUnpool = (dy: tf.Tensor4D, active: tf.Tensor4D): tf.Tensor => {
  const [n, height, width, channels] = active.shape;
  if (tf.getBackend() === 'tensorflow' || (height % 2) + (width % 2) > 0) {
    return keptByRelu(averagePoolGrad(dy, active, [2, 2]), active);
  }
  // Broadcasting a quarter of dy to its four places while masking saves wasm a pass over the map.
  const places = tf.reshape(tf.step(active), [(n * height) / 2, 2, width / 2, 2, channels]);
  const quarters = tf.reshape(tf.mul(dy, 0.25), [(n * height) / 2, 1, width / 2, 1, channels]);
  return tf.reshape(tf.mul(places, quarters), active.shape);
};

/** Gradient of the means of windows that lie side by side. */
function averagePoolGrad(dy: tf.Tensor4D, input: tf.Tensor4D, window: readonly [number, number]): tf.Tensor {
  const attributes = { filterSize: [...window], strides: [...window], pad: 'valid' };
  return tf.engine().runKernel('AvgPoolGrad', { dy, input }, attributes) as tf.Tensor;
}
