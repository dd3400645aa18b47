import * as tf from '@tensorflow/tfjs-core';
import { DEVIATION_FLOOR } from '../data/standardise.ts';
import { unpack } from '../data/views.ts';
import { type NamedTensors, runGraph } from '../nets/run-graph.ts';
import type { Weights } from '../nets/weights.ts';
import type { Vary } from './siamese.ts';

/** What matching brings near to each other. */
export interface Objective {
  /** What is compared of a net: its last feature map as it is, or the embedding that is pooled from it. */
  readonly compares: 'features' | 'embedding';
  /**
   * How far synthetic images are from real ones: a sum over the classes, each for itself, so that some of them can be looked at
   * without the others. Differentiable; to be called inside a `tf.tidy`.
   * @param real - `[classes, n, width]`
   * @param synthetic - `[classes, m, width]`
   * @param step - which step it is for, from 0 on: the same chance in every call for one step
   */
  distance(real: tf.Tensor3D, synthetic: tf.Tensor3D, step: number): tf.Scalar;
}

/** A net as one step looks through it. */
export interface Look {
  readonly weights: Weights;
  readonly tensors: NamedTensors;
  /** Views along one side of a synthetic image. */
  readonly factor: number;
  /** What is done to both sides. */
  readonly vary: Vary;
  readonly step: number;
}

/**
 * The distance of packed images from real ones, as a function of their pixels. To be called inside a `tf.tidy`.
 * @param real - standardised images `[classes · n, size, size, channels]`, class by class
 * @returns a function of images in [0, 1] `[classes · m, size, size, channels]`
 */
export const distanceFrom = (
  objective: Objective,
  { weights, tensors, factor, vary, step }: Look,
  real: tf.Tensor4D,
  classes: number,
): ((synthetic: tf.Tensor4D) => tf.Scalar) => {
  const { graph } = weights.net;
  const featuresOf = (images: tf.Tensor4D): tf.Tensor3D => {
    const features = runGraph(graph, tensors, { images: vary(images) }, graph[objective.compares]);
    return tf.reshape(features, [classes, images.shape[0] / classes, -1]);
  };
  const target = featuresOf(real);
  return (synthetic) => objective.distance(target, featuresOf(standardise(unpack(synthetic, factor))), step);
};

/** Per-image standardisation of `[n, h, w, c]` in [0, 1], differentiable; the same rule as for data. */
function standardise(images: tf.Tensor4D): tf.Tensor4D {
  const { mean, variance } = tf.moments(images, [1, 2, 3], true);
  return tf.div(tf.sub(images, mean), tf.maximum(tf.sqrt(tf.add(variance, 1e-12)), DEVIATION_FLOOR)) as tf.Tensor4D;
}
