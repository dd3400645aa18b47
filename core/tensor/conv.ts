import * as tf from '@tensorflow/tfjs-core';

/** Zeros that 'same' puts before and after `size` values for a kernel of `kernel` values. */
const samePadding = (size: number, kernel: number, stride: number): [number, number] => {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
};

/**
 * Gradient of a 'same' convolution by its kernel, written as a convolution: the image channels become the batch and
 * the batch the channels; a stride becomes a dilation. wasm has no Conv2DBackpropFilter (tfjs#8474).
 * @param x - `[n, h, w, ci]`
 * @param dy - `[n, h', w', co]`
 * @returns `[k, k, ci, co]`
 */
const kernelGradient = (x: tf.Tensor4D, dy: tf.Tensor4D, kernel: number, stride: number): tf.Tensor4D => {
  const rows = samePadding(x.shape[1], kernel, stride);
  const columns = samePadding(x.shape[2], kernel, stride);
  const images = tf.transpose(tf.pad(x, [[0, 0], rows, columns, [0, 0]]), [3, 1, 2, 0]) as tf.Tensor4D;
  const filters = tf.transpose(dy, [1, 2, 0, 3]) as tf.Tensor4D;
  return tf.transpose(tf.conv2d(images, filters, 1, 'valid', 'NHWC', stride), [1, 2, 0, 3]) as tf.Tensor4D;
};

/** Gradient by the image: for stride 1 and an odd kernel a convolution with the kernel turned round. */
const imageGradient = (x: tf.Tensor4D, w: tf.Tensor4D, dy: tf.Tensor4D, stride: number): tf.Tensor4D =>
  stride === 1
    ? tf.conv2d(dy, tf.transpose(tf.reverse(w, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D, 1, 'same')
    : tf.conv2dTranspose(dy, w, x.shape, stride, 'same');

/** Which gradients a convolution will be asked for; the others are not computed. */
export interface ConvGradients {
  readonly image: boolean;
  readonly kernel: boolean;
}

const trainableOnWasm = (x: tf.Tensor4D, w: tf.Tensor4D, stride: number, wanted: ConvGradients): tf.Tensor4D =>
  tf.customGrad((...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [image, kernel, save] = inputs as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    save([image, kernel]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [x, w] = saved as [tf.Tensor4D, tf.Tensor4D];
      const dx = wanted.image ? imageGradient(x, w, dy as tf.Tensor4D, stride) : tf.zerosLike(x);
      const dw = wanted.kernel ? kernelGradient(x, dy as tf.Tensor4D, w.shape[0], stride) : tf.zerosLike(w);
      return [dx, dw];
    };
    return { value: tf.conv2d(image, kernel, stride, 'same'), gradFunc };
  })(x, w) as tf.Tensor4D;

/**
 * 2-D convolution with 'same' padding that can be trained on every backend.
 * @param x - float32 `[n, h, w, ci]`
 * @param w - float32 `[k, k, ci, co]`, k odd
 * @param wanted - a first layer whose images are data needs no image gradient, a frozen net no kernel gradient
 * @returns float32 `[n, ⌈h/stride⌉, ⌈w/stride⌉, co]`
 */
export const conv2d = (x: tf.Tensor4D, w: tf.Tensor4D, stride: 1 | 2, wanted: ConvGradients): tf.Tensor4D =>
  tf.getBackend() === 'wasm' ? trainableOnWasm(x, w, stride, wanted) : tf.conv2d(x, w, stride, 'same');
