import * as tf from '@tensorflow/tfjs-core';
import type { Graph } from '../nets/graph.ts';
import { type NamedTensors, runGraph } from '../nets/run-graph.ts';
import { runTangent } from '../nets/run-tangent.ts';
import { crossEntropy } from '../tensor/cross-entropy.ts';

/** What a net learns from. */
export interface Lesson {
  /** Standardised, `[n, size, size, channels]`. */
  readonly images: tf.Tensor4D;
  /** `[n, classes]`, rows that sum to 1. */
  readonly targets: tf.Tensor2D;
}

/** The mean cross-entropy of a lesson. Differentiable. To be called inside a `tf.tidy`. */
export const lossOf = (graph: Graph, tensors: NamedTensors, { images, targets }: Lesson): tf.Scalar =>
  crossEntropy(runGraph<tf.Tensor2D>(graph, tensors, { images }, graph.logits), targets);

/**
 * The loss's derivative along a direction v of the tensors, v · ∂L/∂θ, forwards. It is differentiable by images, targets and tensors, so
 * that each of these gradients, which are of second order, takes kernels of first order alone; that by the tensors is the Hessian
 * times v. To be called inside a `tf.tidy`.
 * @see Pearlmutter, Fast Exact Multiplication by the Hessian (Neural Computation 1994)
 */
export const slopeAlong = (
  graph: Graph,
  tensors: NamedTensors,
  direction: NamedTensors,
  { images, targets }: Lesson,
): tf.Scalar => {
  const logits = runTangent(graph, tensors, direction, images, graph.logits);
  const wrong = tf.sub(tf.softmax(logits.value), targets);
  return tf.mul(tf.sum(tf.mul(wrong, logits.tangent)), 1 / images.shape[0]) as tf.Scalar;
};
