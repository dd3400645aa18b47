import * as tf from '@tensorflow/tfjs-core';

/**
 * Mean cross-entropy of soft targets, first-order differentiable by the logits only.
 * @param logits - `[n, c]`
 * @param targets - `[n, c]`, rows that sum to 1
 * @returns scalar, nats
 */
export const crossEntropy = (logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar =>
  tf.customGrad((...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [logits, save] = inputs as [tf.Tensor2D, tf.GradSaveFunc];
    const logProbabilities = tf.logSoftmax(logits);
    save([logProbabilities]);
    const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) =>
      tf.mul(tf.sub(tf.exp(saved!), targets), tf.div(dy, logits.shape[0]));
    return { value: tf.neg(tf.mean(tf.sum(tf.mul(targets, logProbabilities), 1))), gradFunc };
  })(logits) as tf.Scalar;
