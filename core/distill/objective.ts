import * as tf from '@tensorflow/tfjs-core';
import { DEVIATION_FLOOR } from '../data/standardise.ts';
import { unpack } from '../data/views.ts';
import { type NamedTensors, runGraph } from '../nets/run-graph.ts';
import type { Weights } from '../nets/weights.ts';
import type { Vary } from './siamese.ts';

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

/** What is compared in a step: some of the classes, each with as many images as the others. */
export interface Sides {
  /** Standardised, `[classes · n, size, size, channels]`, class by class. */
  readonly real: tf.Tensor4D;
  /** In [0, 1], `[classes · m, size, size, channels]`. */
  readonly synthetic: tf.Tensor4D;
  /** The first class, and how many there are. */
  readonly first: number;
  readonly classes: number;
}

/** What matching lowers: how far synthetic images are from real ones, a sum over the classes, each for itself. */
export interface Objective {
  /** Whether it differs from step to step. */
  readonly byStep: boolean;
  /** Its gradient by the synthetic images' pixels. To be called inside a `tf.tidy`. */
  gradient(look: Look, sides: Sides): tf.Tensor4D;
}

/** How far images are from one another in the features of a net. */
export interface FeatureDistance extends Pick<Objective, 'byStep'> {
  /** What is compared of a net: its last feature map as it is, or the embedding that is pooled from it. */
  readonly compares: 'features' | 'embedding';
  /**
   * A sum over the classes, each for itself. Differentiable; to be called inside a `tf.tidy`.
   * @param real - `[classes, n, width]`
   * @param synthetic - `[classes, m, width]`
   * @param step - which step it is for, from 0 on, where it differs by the step: the same chance in every call for one
   */
  distance(real: tf.Tensor3D, synthetic: tf.Tensor3D, step: number): tf.Scalar;
}

/** Matches what a net makes of images. */
export const byFeatures = (features: FeatureDistance): Objective => ({
  byStep: features.byStep,
  gradient: (look, { real, synthetic, classes }) =>
    tf.grad(distanceFrom(features, look, real, classes) as (x: tf.Tensor) => tf.Tensor)(synthetic) as tf.Tensor4D,
});

/**
 * The distance of packed images from real ones, as a function of their pixels. To be called inside a `tf.tidy`.
 * @param real - standardised images `[classes · n, size, size, channels]`, class by class
 * @returns a function of images in [0, 1] `[classes · m, size, size, channels]`
 */
export const distanceFrom = (
  { compares, distance }: FeatureDistance,
  { weights, tensors, factor, vary, step }: Look,
  real: tf.Tensor4D,
  classes: number,
): ((synthetic: tf.Tensor4D) => tf.Scalar) => {
  const { graph } = weights.net;
  const featuresOf = (images: tf.Tensor4D): tf.Tensor3D => {
    const features = runGraph(graph, tensors, { images: vary(images) }, graph[compares]);
    return tf.reshape(features, [classes, images.shape[0] / classes, -1]);
  };
  const target = featuresOf(real);
  return (synthetic) => distance(target, featuresOf(viewsOf(synthetic, factor)), step);
};

/** What nets see of packed images: their views, each standardised by itself. Differentiable. */
export const viewsOf = (synthetic: tf.Tensor4D, factor: number): tf.Tensor4D => standardise(unpack(synthetic, factor));

/** Per-image standardisation of `[n, h, w, c]` in [0, 1], differentiable; the same rule as for data. */
function standardise(images: tf.Tensor4D): tf.Tensor4D {
  const { mean, variance } = tf.moments(images, [1, 2, 3], true);
  return tf.div(tf.sub(images, mean), tf.maximum(tf.sqrt(tf.add(variance, 1e-12)), DEVIATION_FLOOR)) as tf.Tensor4D;
}
