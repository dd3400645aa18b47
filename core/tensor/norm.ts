import * as tf from '@tensorflow/tfjs-core';

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

/**
 * Batch normalisation with the batch's own statistics and one hand-written gradient: a third of the operations that
 * differentiating through the moments would take.
 * @param x - `[n, h, w, c]`
 * @param gamma - `[c]`
 * @param beta - `[c]`
 */
export const batchNorm = (x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D): tf.Tensor4D =>
  tf.customGrad((...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [x, gamma, beta, save] = inputs as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    const centred = tf.sub(x, tf.mean(x, AXES));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), AXES), NORM_EPSILON));
    const normal = tf.mul(centred, inverse);
    const scale = tf.mul(inverse, gamma);
    save([normal, scale]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [normal, scale] = saved as [tf.Tensor4D, tf.Tensor1D];
      const count = normal.size / normal.shape[3];
      const dBeta = tf.sum(dy, AXES);
      const dGamma = tf.sum(tf.mul(dy, normal), AXES);
      const common = tf.add(tf.mul(normal, tf.div(dGamma, count)), tf.div(dBeta, count));
      return [tf.mul(tf.sub(dy, common), scale), dGamma, dBeta];
    };
    return { value: tf.add(tf.mul(normal, gamma), beta), gradFunc };
  })(x, gamma, beta) as tf.Tensor4D;
