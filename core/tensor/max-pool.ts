import * as tf from '@tensorflow/tfjs-core';
import { lazyGrad } from './lazy-grad.ts';
import { ONEDNN_KERNEL, onProcessorOfTensorflow, tensorflowOp } from './tensorflow-op.ts';

/** The highest of 2×2 places, which gets the gradient: the first of several, on wasm the last; an odd last row or column is dropped. */
export const maxPool = (x: tf.Tensor4D): tf.Tensor4D => {
  if (onProcessorOfTensorflow()) return lazyGrad(ONEDNN, x);
  return tf.getBackend() === 'wasm' ? lazyGrad(LIFTED, x) : tf.maxPool(x, 2, 2, 'valid');
};

const ATTRIBUTES = {
  types: ['T'],
  booleans: { workspace_enabled: true },
  integers: { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1] },
  strings: { padding: 'VALID', data_format: 'NHWC', ...ONEDNN_KERNEL },
};

/** oneDNN's kernels. They remember which place was the highest, where TensorFlow's own gradient looks for it again, one by one. */
const ONEDNN = {
  forward: (x: tf.Tensor4D) => {
    const [value, places] = tensorflowOp('_MklNativeMaxPool', ATTRIBUTES, [x], 2);
    return { value: value!, kept: [value!, places!] };
  },
  gradients: (dy: tf.Tensor, [x]: readonly [tf.Tensor4D], [value, places]: readonly tf.Tensor[]) => [
    () => tensorflowOp('_MklNativeMaxPoolGrad', ATTRIBUTES, [x, value!, dy, places!], 1)[0]!,
  ],
};

/** wasm's gradient looks for what is above the least positive number: a window below 0 would give it to its first place, whichever is the highest. */
const LIFTED = {
  forward: (x: tf.Tensor4D) => {
    const value = tf.maxPool(x, 2, 2, 'valid');
    return { value, kept: [value] };
  },
  gradients: (dy: tf.Tensor, [x]: readonly [tf.Tensor4D], [output]: readonly tf.Tensor[]) => [
    () => {
      const input = tf.add(tf.sub(x, tf.min(x)), 1);
      const attributes = { filterSize: 2, strides: 2, pad: 'valid' };
      return tf.engine().runKernel('MaxPoolGrad', { dy, input, output: output! }, attributes) as tf.Tensor;
    },
  ],
};
