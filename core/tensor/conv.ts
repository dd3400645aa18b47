import * as tf from '@tensorflow/tfjs-core';
import { lazyGrad } from './lazy-grad.ts';
import { ONEDNN_KERNEL, onProcessorOfTensorflow, tensorflowOp } from './tensorflow-op.ts';

/**
 * A convolution with 'same' padding whose kernel is not trained. Its image gradient is a convolution as well, which is
 * quicker on TensorFlow than `Conv2DBackpropInput`, most of all for an image of one channel.
 * @param x - float32 `[n, h, w, ci]`
 * @param w - float32 `[k, k, ci, co]`, k odd
 * @returns float32 `[n, ⌈h/stride⌉, ⌈w/stride⌉, co]`
 */
export const frozenConv2d = (x: tf.Tensor4D, w: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D =>
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

/**
 * The same with a bias for each channel, in one pass over the map where oneDNN computes.
 * @param bias - `[co]`
 */
export const frozenBiasedConv2d = (x: tf.Tensor4D, w: tf.Tensor4D, bias: tf.Tensor1D, stride: 1 | 2): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (x, w, bias) => ({
        value: onProcessorOfTensorflow()
          ? tensorflowOp('_MklNativeConv2DWithBias', biasedAttributes(stride), [x, w, bias], 1)[0]!
          : tf.tidy(() => tf.add(tf.conv2d(x, w, stride, 'same'), bias)),
      }),
      gradients: (dy, [x, w]) => [
        () => imageGradient(dy as tf.Tensor4D, w, x.shape, stride),
        () => kernelGradient(x, dy as tf.Tensor4D, w.shape[0], stride),
        () => tf.sum(dy, [0, 1, 2]),
      ],
    },
    x,
    w,
    bias,
  );

const biasedAttributes = (stride: number) => ({
  types: ['T'],
  integers: { strides: [1, stride, stride, 1], dilations: [1, 1, 1, 1] },
  booleans: { use_cudnn_on_gpu: false },
  strings: { padding: 'SAME', data_format: 'NHWC', ...ONEDNN_KERNEL },
});

/**
 * 2-D convolution with 'same' padding that can be trained on every backend: wasm has no `Conv2DBackpropFilter`
 * (tfjs#8474).
 * @param x - float32 `[n, h, w, ci]`
 * @param w - float32 `[k, k, ci, co]`, k odd
 * @returns float32 `[n, ⌈h/stride⌉, ⌈w/stride⌉, co]`
 */
export const conv2d = (x: tf.Tensor4D, w: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D => {
  // oneDNN's kernel gradient for AVX2 writes past the end of its memory where a kernel of 1×1 and stride 2 meets an image of four channels
  // (TensorFlow 2.21, found with glibc's malloc checks).
  const unsafe = stride === 2 && w.shape[0] === 1;
  return unsafe || tf.getBackend() === 'wasm' ? frozenConv2d(x, w, stride) : tf.conv2d(x, w, stride, 'same');
};

/** Gradient by the image: a convolution with the kernel turned round. */
function imageGradient(
  dy: tf.Tensor4D,
  w: tf.Tensor4D,
  shape: [number, number, number, number],
  stride: 1 | 2,
): tf.Tensor4D {
  if (stride === 1) {
    return tf.conv2d(dy, tf.transpose(tf.reverse(w, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D, 1, 'same');
  }
  const even = shape[1] % 2 === 0 && shape[2] % 2 === 0 && w.shape[0] > 1;
  return even
    ? tf.depthToSpace(tf.conv2d(dy, blockKernel(w), 1, 'same'), 2)
    : tf.conv2dTranspose(dy, w, shape, stride, 'same');
}

/**
 * The kernel with which a convolution of stride 2 is turned round: it gives the four pixels of every 2×2 block as
 * channels of one place, whose image gradient is then a convolution of stride 1 (Shi et al., CVPR 2016).
 * @param w - `[k, k, ci, co]` of an image of even size, k odd
 * @returns `[2·reach + 1, 2·reach + 1, co, 4·ci]`
 */
function blockKernel(w: tf.Tensor4D): tf.Tensor4D {
  const [kernel, , ci, co] = w.shape;
  // Pixel 2q + r is met by output i through tap 2(q − i) + r + before, so |q − i| is at most `reach`.
  const before = (kernel - 3) / 2;
  const reach = Math.max(Math.floor((1 + before) / 2), Math.floor((kernel - 1 - before) / 2));
  const [places, front] = [2 * reach + 1, 2 * reach - before];
  const padding: [number, number] = [front, 2 * places - kernel - front];
  const taps = tf.reshape(tf.pad(w, [padding, padding, [0, 0], [0, 0]]), [places, 2, places, 2, ci, co]);
  return tf.reshape(tf.transpose(tf.reverse(taps, [0, 2]), [0, 2, 5, 1, 3, 4]), [places, places, co, 4 * ci]);
}

/**
 * Gradient by the kernel, written as a convolution: the image channels become the batch and the batch the channels;
 * a stride becomes a dilation.
 * @param x - `[n, h, w, ci]`
 * @param dy - `[n, h', w', co]`
 * @returns `[k, k, ci, co]`
 */
function kernelGradient(x: tf.Tensor4D, dy: tf.Tensor4D, kernel: number, stride: 1 | 2): tf.Tensor4D {
  const rows = samePadding(x.shape[1], kernel, stride);
  const columns = samePadding(x.shape[2], kernel, stride);
  // A kernel smaller than its stride never meets the last pixels.
  const met = (size: number): number => (Math.ceil(size / stride) - 1) * stride + kernel;
  const seen = kernel < stride ? tf.slice(x, 0, [-1, met(x.shape[1]), met(x.shape[2]), -1]) : x;
  const images = tf.transpose(tf.pad(seen, [[0, 0], rows, columns, [0, 0]]), [3, 1, 2, 0]) as tf.Tensor4D;
  const filters = tf.transpose(dy, [1, 2, 0, 3]) as tf.Tensor4D;
  return tf.transpose(tf.conv2d(images, filters, 1, 'valid', 'NHWC', stride), [1, 2, 0, 3]) as tf.Tensor4D;
}

/** Zeros that 'same' puts before and after `size` values for a kernel of `kernel` values. */
export function samePadding(size: number, kernel: number, stride: number): [number, number] {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}
