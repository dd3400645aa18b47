import * as tf from '@tensorflow/tfjs-core';
import { random } from '../tensor/random.ts';
import type { FeatureDistance } from './objective.ts';

/** Places at which the functions of each step are compared: as many as in the paper. */
const FREQUENCIES = 1024;
/** Keeps the gradient of a root finite at 0. */
const EPSILON = 1e-12;

/**
 * Distance of the characteristic functions of each class's embeddings, at frequencies that are drawn anew in every step. A
 * characteristic function holds all moments of a distribution, so this asks for more than equal means.
 *
 * Frequencies are standard normal and embeddings have length 1, as in the reference code; that is N(0, 1/width) for embeddings
 * of length √width. This is the variant with a fixed Gaussian: the paper also trains a net that draws the frequencies at
 * which the two differ most, which is left out here.
 * @param stream - names what the frequencies are drawn for
 * @see Wang et al., Dataset Distillation with Neural Characteristic Function: A Minmax Perspective (CVPR 2025)
 */
export const characteristicFunctions = (...stream: readonly (string | number)[]): FeatureDistance => ({
  byStep: true,
  compares: 'embedding',
  distance: (real, synthetic, step) => {
    const draw = random(...stream, step);
    const width = real.shape[2];
    const values = Float32Array.from({ length: width * FREQUENCIES }, () => draw.normal());
    return characteristicDistance(real, synthetic, tf.tensor2d(values, [width, FREQUENCIES]));
  },
});

/**
 * √(½(|φ| − |ψ|)² + ½ · 2|φ||ψ|(1 − cos of the angle between them)), the mean over frequencies and the sum over classes, of the
 * characteristic functions φ and ψ of real and synthetic embeddings. With equal weights of amplitude and phase, those of
 * the paper, that is √(½|φ − ψ|²), which needs no difference of nearly equal numbers.
 * @param real - `[classes, n, width]`
 * @param synthetic - `[classes, m, width]`
 * @param frequencies - `[width, frequencies]`
 */
export function characteristicDistance(real: tf.Tensor3D, synthetic: tf.Tensor3D, frequencies: tf.Tensor2D): tf.Scalar {
  const [target, own] = [characteristicFunction(real, frequencies), characteristicFunction(synthetic, frequencies)];
  const squared = tf.add(tf.square(tf.sub(own.real, target.real)), tf.square(tf.sub(own.imaginary, target.imaginary)));
  return tf.sum(tf.mean(tf.sqrt(tf.add(tf.mul(squared, 0.5), EPSILON)), 1)) as tf.Scalar;
}

/** Mean of exp(i · frequency · embedding) over the images of each class, embeddings of length 1: `[classes, frequencies]` each. */
function characteristicFunction(embeddings: tf.Tensor3D, frequencies: tf.Tensor2D) {
  const [classes, count, width] = embeddings.shape;
  const lengths = tf.sqrt(tf.add(tf.sum(tf.square(embeddings), 2, true), EPSILON));
  const unit = tf.reshape(tf.div(embeddings, lengths), [classes * count, width]) as tf.Tensor2D;
  const angles = tf.reshape(tf.matMul(unit, frequencies), [classes, count, -1]);
  return { real: tf.mean(tf.cos(angles), 1), imaginary: tf.mean(tf.sin(angles), 1) };
}
