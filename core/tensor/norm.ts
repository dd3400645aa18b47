import * as tf from '@tensorflow/tfjs-core';
import { gradientIsDifferentiated, lazyGrad } from './lazy-grad.ts';
import { reluGrad, tensorflowOp } from './tensorflow-op.ts';

/** Added to a variance before its root, as in PyTorch. */
export const NORM_EPSILON = 1e-5;

const AXES = [0, 1, 2];

/** Mean and variance of each channel over batch, height and width: `[c]` each. */
export interface ChannelMoments {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

export const channelMoments = (x: tf.Tensor4D): ChannelMoments => {
  const { mean, variance } = tf.moments(x, AXES);
  return { mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
};

type Inputs = readonly [x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D];

interface Forward {
  readonly value: tf.Tensor4D;
  /** What the gradient reuses; ReLU's output comes first. */
  readonly kept: readonly tf.Tensor[];
}

interface NormKernel {
  forward(...inputs: Inputs): Forward;
  /** From the gradient of the output to the gradients of x, gamma and beta. */
  backward(dy: tf.Tensor, inputs: Inputs, kept: readonly tf.Tensor[]): readonly tf.Tensor[];
}

const positive = (y: tf.Tensor): tf.Tensor => tf.cast(tf.greater(y, 0), 'float32');

/** Written in ordinary operations: for every backend, and for gradients that are differentiated again. */
const portable: NormKernel = {
  forward: (x, gamma, beta) => {
    const centred = tf.sub(x, tf.mean(x, AXES));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), AXES), NORM_EPSILON));
    const normal = tf.mul(centred, inverse);
    const value = tf.relu(tf.add(tf.mul(normal, gamma), beta)) as tf.Tensor4D;
    return { value, kept: [value, normal, tf.mul(inverse, gamma)] };
  },
  backward: (dy, _inputs, [value, normal, scale]) => {
    const masked = tf.mul(dy, positive(value!));
    const count = normal!.size / normal!.shape[3]!;
    const dBeta = tf.sum(masked, AXES);
    const dGamma = tf.sum(tf.mul(masked, normal!), AXES);
    const common = tf.add(tf.mul(normal!, tf.div(dGamma, count)), tf.div(dBeta, count));
    return [tf.mul(tf.sub(masked, common), scale!), dGamma, dBeta];
  },
};

const ATTRIBUTES = {
  types: ['T', 'U'],
  floats: { epsilon: NORM_EPSILON },
  booleans: { is_training: true },
  strings: { data_format: 'NHWC' },
};

/** TensorFlow's own kernels, called by name: a third of the time of the portable ones. */
const fused: NormKernel = {
  forward: (x, gamma, beta) => {
    const attributes = { ...ATTRIBUTES, floats: { ...ATTRIBUTES.floats, exponential_avg_factor: 1 } };
    const inputs = [x, gamma, beta, tf.tensor1d([]), tf.tensor1d([])];
    const [y, , , mean, inverse, reserve] = tensorflowOp('FusedBatchNormV3', attributes, inputs, 6);
    const value = tf.relu(y as tf.Tensor4D);
    return { value, kept: [value, mean!, inverse!, reserve!] };
  },
  backward: (dy, [x, gamma], [value, mean, inverse, reserve]) => {
    const inputs = [reluGrad(dy, value!), x, gamma, mean!, inverse!, reserve!];
    return tensorflowOp('FusedBatchNormGradV3', ATTRIBUTES, inputs, 5).slice(0, 3);
  },
};

const backwardAgain = (dy: tf.Tensor, inputs: Inputs, [value]: readonly tf.Tensor[]): readonly tf.Tensor[] => {
  const [, ...statistics] = portable.forward(...inputs).kept;
  // ReLU's mask has no derivative: the saved value serves, which tfjs takes for a constant.
  return portable.backward(dy, inputs, [value!, ...statistics]);
};

/**
 * Batch normalisation with the batch's own statistics, then ReLU, with one hand-written gradient: differentiating
 * through the moments would take three times as many operations. Differentiable any number of times.
 * @param x - `[n, h, w, c]`
 * @param gamma - `[c]`
 * @param beta - `[c]`
 * @see Ioffe and Szegedy, Batch Normalization (ICML 2015)
 */
export const batchNormRelu = (x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D): tf.Tensor4D => {
  const kernel = tf.getBackend() === 'tensorflow' ? fused : portable;
  return lazyGrad(
    {
      forward: kernel.forward,
      gradients: (dy, inputs, kept) => {
        const backward = gradientIsDifferentiated() ? backwardAgain : kernel.backward;
        return backward(dy, inputs, kept).map((gradient) => () => gradient);
      },
    },
    x,
    gamma,
    beta,
  );
};
