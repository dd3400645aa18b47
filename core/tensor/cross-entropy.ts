import * as tf from '@tensorflow/tfjs-core';
import { lazyGrad } from './lazy-grad.ts';

/**
 * Mean cross-entropy of soft targets, with a gradient by logits and targets.
 * @param logits - `[n, c]`
 * @param targets - `[n, c]`; a row's sum is how much it counts: 1 for probabilities, 0 for a row that teaches nothing
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
      gradients: (dy, [logits, targets], [logProbabilities]) => {
        const share = () => tf.div(dy, logits.shape[0]);
        return [
          () => tf.mul(tf.sub(tf.mul(tf.exp(logProbabilities!), tf.sum(targets, 1, true)), targets), share()),
          () => tf.mul(tf.neg(logProbabilities!), share()),
        ];
      },
    },
    logits,
    targets,
  );
