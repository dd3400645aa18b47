import * as tf from '@tensorflow/tfjs-core';
import { lazyGrad } from './lazy-grad.ts';
import { reluGrad } from './tensorflow-op.ts';

/*
 * ReLU, its gradient and that of ReLU followed by a 2×2 average pool. `active` is ReLU's output; it only says where a gradient
 * passes, which has no derivative of its own.
 */

const WINDOW = { filterSize: [2, 2], strides: [2, 2], pad: 'valid' };

const masked = (u: tf.Tensor, active: tf.Tensor): tf.Tensor =>
  tf.getBackend() === 'tensorflow' ? reluGrad(u, active) : tf.mul(u, tf.step(active));

const maskedUnpool = (dy: tf.Tensor4D, active: tf.Tensor4D): tf.Tensor => {
  const [n, height, width, channels] = active.shape;
  if (tf.getBackend() === 'tensorflow' || (height % 2) + (width % 2) > 0) {
    return masked(tf.engine().runKernel('AvgPoolGrad', { dy, input: active }, WINDOW) as tf.Tensor, active);
  }
  // Broadcasting a quarter of dy to its four places while masking saves wasm a pass over the map.
  const places = tf.reshape(tf.step(active), [(n * height) / 2, 2, width / 2, 2, channels]);
  const shares = tf.reshape(tf.mul(dy, 0.25), [(n * height) / 2, 1, width / 2, 1, channels]);
  return tf.reshape(tf.mul(places, shares), active.shape);
};

/**
 * ReLU with the gradient below: tfjs's own masks with a step function, six passes over the map on TensorFlow.
 * Differentiable any number of times.
 */
export const relu = (x: tf.Tensor4D): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (x) => {
        const value = tf.relu(x);
        return { value, kept: [value] };
      },
      gradients: (dy, _inputs, [active]) => [() => keptByRelu(dy as tf.Tensor4D, active as tf.Tensor4D)],
    },
    x,
  );

/** Gradient of ReLU: `dy` where ReLU let pass. Differentiable any number of times by `dy`. */
export const keptByRelu = (dy: tf.Tensor4D, active: tf.Tensor4D): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (dy) => ({ value: masked(dy, active) }),
      gradients: (ddx) => [() => keptByRelu(ddx as tf.Tensor4D, active)],
    },
    dy,
  );

/**
 * Gradient of ReLU and a 2×2 average pool: a quarter of `dy` at each of the four places where ReLU let pass.
 * Differentiable any number of times by `dy`.
 * @param dy - `[n, ⌊h/2⌋, ⌊w/2⌋, c]`
 * @param active - `[n, h, w, c]`
 */
export const averageUnpool = (dy: tf.Tensor4D, active: tf.Tensor4D): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (dy) => ({ value: maskedUnpool(dy, active) }),
      gradients: (ddx) => [() => maskedPool(ddx as tf.Tensor4D, active)],
    },
    dy,
  );

const maskedPool = (u: tf.Tensor4D, active: tf.Tensor4D): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (u) => ({ value: tf.avgPool(masked(u, active) as tf.Tensor4D, 2, 2, 'valid') }),
      gradients: (dy) => [() => averageUnpool(dy as tf.Tensor4D, active)],
    },
    u,
  );
