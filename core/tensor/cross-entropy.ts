import * as tf from '@tensorflow/tfjs-core';
import { gradientIsDifferentiated, lazyGrad } from './lazy-grad.ts';

/** Largest value of each row as a constant: a shift of log-sum-exp that must have no gradient. */
const rowMaximum = (z: tf.Tensor2D): tf.Tensor =>
  lazyGrad({ forward: (z) => ({ value: tf.max(z, 1, true) }), gradients: (_dy, [z]) => [() => tf.zerosLike(z)] }, z);

/**
 * Logarithm of softmax, differentiable any number of times; `tf.logSoftmax` only once.
 * @param z - `[n, c]`
 */
export const logSoftmax = (z: tf.Tensor2D): tf.Tensor2D => {
  const shifted = tf.sub(z, rowMaximum(z));
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), 1, true))) as tf.Tensor2D;
};

/**
 * Mean cross-entropy of soft targets, differentiable any number of times by logits and targets.
 * @param logits - `[n, c]`
 * @param targets - `[n, c]`, rows that sum to 1
 * @returns scalar, nats
 */
export const crossEntropy = (logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar =>
  lazyGrad(
    {
      forward: (logits, targets) => {
        const logProbabilities = tf.logSoftmax(logits);
        const value = tf.neg(tf.mean(tf.sum(tf.mul(targets, logProbabilities), 1)));
        return { value, kept: [logProbabilities] };
      },
      gradients: (dy, [logits, targets], [kept]) => {
        const share = () => tf.div(dy, logits.shape[0]);
        const logProbabilities = () => (gradientIsDifferentiated() ? logSoftmax(logits) : kept!);
        return [
          () => tf.mul(tf.sub(tf.exp(logProbabilities()), targets), share()),
          () => tf.mul(tf.neg(logProbabilities()), share()),
        ];
      },
    },
    logits,
    targets,
  );
