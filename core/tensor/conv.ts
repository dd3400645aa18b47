import * as tf from '@tensorflow/tfjs-core';
import { lazyGrad } from './lazy-grad.ts';

/** Zeros that 'same' puts before and after `size` values for a kernel of `kernel` values. */
const samePadding = (size: number, kernel: number, stride: number): [number, number] => {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
};

/*
 * wasm has no Conv2DBackpropFilter (tfjs#8474). The three functions below are each other's gradients, so a convolution
 * can be differentiated any number of times: y is bilinear in (x, w), dx in (dy, w) and dw in (x, dy).
 */

const convolution = (x: tf.Tensor4D, w: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (x, w) => ({ value: tf.conv2d(x, w, stride, 'same') }),
      gradients: (dy, [x, w]) => [
        () => imageGradient(dy as tf.Tensor4D, w, x.shape, stride),
        () => kernelGradient(x, dy as tf.Tensor4D, w.shape[0], stride),
      ],
    },
    x,
    w,
  );

/** Gradient by the image: for stride 1 and an odd kernel a convolution with the kernel turned round. */
const imageGradient = (
  dy: tf.Tensor4D,
  w: tf.Tensor4D,
  shape: [number, number, number, number],
  stride: 1 | 2,
): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (dy, w) => ({
        value:
          stride === 1
            ? tf.conv2d(dy, tf.transpose(tf.reverse(w, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D, 1, 'same')
            : tf.conv2dTranspose(dy, w, shape, stride, 'same'),
      }),
      gradients: (ddx, [dy, w]) => [
        () => convolution(ddx as tf.Tensor4D, w, stride),
        () => kernelGradient(ddx as tf.Tensor4D, dy, w.shape[0], stride),
      ],
    },
    dy,
    w,
  );

/**
 * Gradient by the kernel, written as a convolution: the image channels become the batch and the batch the channels;
 * a stride becomes a dilation.
 * @param x - `[n, h, w, ci]`
 * @param dy - `[n, h', w', co]`
 * @returns `[k, k, ci, co]`
 */
const kernelGradient = (x: tf.Tensor4D, dy: tf.Tensor4D, kernel: number, stride: 1 | 2): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (x, dy) => {
        const rows = samePadding(x.shape[1], kernel, stride);
        const columns = samePadding(x.shape[2], kernel, stride);
        const images = tf.transpose(tf.pad(x, [[0, 0], rows, columns, [0, 0]]), [3, 1, 2, 0]) as tf.Tensor4D;
        const filters = tf.transpose(dy, [1, 2, 0, 3]) as tf.Tensor4D;
        const value = tf.transpose(tf.conv2d(images, filters, 1, 'valid', 'NHWC', stride), [1, 2, 0, 3]);
        return { value };
      },
      gradients: (ddw, [x, dy]) => [
        () => imageGradient(dy, ddw as tf.Tensor4D, x.shape, stride),
        () => convolution(x, ddw as tf.Tensor4D, stride),
      ],
    },
    x,
    dy,
  );

/**
 * 2-D convolution with 'same' padding that can be trained on every backend and differentiated any number of times
 * (on TensorFlow by the gradients of second-order.ts).
 * @param x - float32 `[n, h, w, ci]`
 * @param w - float32 `[k, k, ci, co]`, k odd
 * @returns float32 `[n, ⌈h/stride⌉, ⌈w/stride⌉, co]`
 */
export const conv2d = (x: tf.Tensor4D, w: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D =>
  tf.getBackend() === 'wasm' ? convolution(x, w, stride) : tf.conv2d(x, w, stride, 'same');
