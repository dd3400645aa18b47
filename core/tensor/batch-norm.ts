import * as tf from '@tensorflow/tfjs-core';
import { lazyGrad } from './lazy-grad.ts';
import { keptByRelu } from './relu-pool.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/** Added to a variance before its root, as in PyTorch. */
export const NORM_EPSILON = 1e-5;

const AXES = [0, 1, 2];

/** Mean and variance of each channel over batch, height and width: `[c]` each. */
export interface ChannelStats {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

export const channelStats = (x: tf.Tensor4D): ChannelStats => {
  const { mean, variance } = tf.moments(x, AXES);
  return { mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
};

/**
 * Batch normalisation with the batch's own statistics, then ReLU where asked for, with one hand-written gradient:
 * differentiating through the statistics would take three times as many operations.
 * @param x - `[n, h, w, c]`
 * @param gamma - `[c]`
 * @param beta - `[c]`
 * @see Ioffe and Szegedy, Batch Normalization (ICML 2015)
 */
export const batchNorm = (
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  tail: 'nothing' | 'relu',
): tf.Tensor4D => {
  const norm = tf.getBackend() === 'tensorflow' ? fused : portable;
  return lazyGrad(
    {
      forward: (...inputs) => {
        const { value, kept } = norm.forward(...inputs);
        if (tail === 'nothing') return { value, kept };
        const active = tf.relu(value);
        return { value: active, kept: [...kept, active] };
      },
      gradients: (dy, inputs, kept) => {
        const found = tf.tidy(() => {
          const atNorm = tail === 'nothing' ? dy : keptByRelu(dy, kept.at(-1)!);
          return norm.backward(atNorm, inputs, kept);
        });
        return found.map((gradient) => () => gradient);
      },
    },
    x,
    gamma,
    beta,
  );
};

type NormInputs = readonly [x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D];

interface Norm {
  /** The value, and what of it the gradient reuses. */
  forward(...inputs: NormInputs): { readonly value: tf.Tensor4D; readonly kept: readonly tf.Tensor[] };
  /** From the gradient of the output to the gradients of x, gamma and beta. */
  backward(dy: tf.Tensor, inputs: NormInputs, kept: readonly tf.Tensor[]): tf.Tensor[];
}

/** Written in ordinary operations. */
const portable: Norm = {
  forward: (x, gamma, beta) => {
    // Each map is given back at once: the statistics are taken of a thousand images in one pass.
    const [normal, scale] = tf.tidy(() => {
      const centred = tf.sub(x, tf.mean(x, AXES));
      const variance = tf.tidy(() => tf.mean(tf.square(centred), AXES));
      const inverse = tf.rsqrt(tf.add(variance, NORM_EPSILON));
      return [tf.mul(centred, inverse), tf.mul(inverse, gamma)] as [tf.Tensor, tf.Tensor];
    });
    const value = tf.tidy(() => tf.add(tf.mul(normal, gamma), beta) as tf.Tensor4D);
    return { value, kept: [normal, scale] };
  },
  backward: (dy, _inputs, [normal, scale]) => {
    const count = normal!.size / normal!.shape[3]!;
    const dBeta = tf.sum(dy, AXES);
    const dGamma = tf.sum(tf.mul(dy, normal!), AXES);
    const common = tf.add(tf.mul(normal!, tf.div(dGamma, count)), tf.div(dBeta, count));
    return [tf.mul(tf.sub(dy, common), scale!), dGamma, dBeta];
  },
};

const ATTRIBUTES = {
  types: ['T', 'U'],
  floats: { epsilon: NORM_EPSILON },
  booleans: { is_training: true },
  strings: { data_format: 'NHWC' },
};

/** TensorFlow's own kernels, called by name: a third of the time of the portable ones. */
const fused: Norm = {
  forward: (x, gamma, beta) => {
    const attributes = { ...ATTRIBUTES, floats: { ...ATTRIBUTES.floats, exponential_avg_factor: 1 } };
    const inputs = [x, gamma, beta, tf.tensor1d([]), tf.tensor1d([])];
    const [y, , , mean, inverse, reserve] = tensorflowOp('FusedBatchNormV3', attributes, inputs, 6);
    return { value: y as tf.Tensor4D, kept: [mean!, inverse!, reserve!] };
  },
  backward: (dy, [x, gamma], [mean, inverse, reserve]) =>
    tensorflowOp('FusedBatchNormGradV3', ATTRIBUTES, [dy, x, gamma, mean!, inverse!, reserve!], 5).slice(0, 3),
};
