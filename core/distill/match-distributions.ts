import * as tf from '@tensorflow/tfjs-core';
import type { RunConfig } from '../contracts/config.ts';
import { featureMap } from '../nets/k2.ts';
import { foldedTensors } from '../nets/predictor.ts';
import type { Weights } from '../nets/weights.ts';
import { DEVIATION_FLOOR, standardised } from '../pool/standardise.ts';
import type { Random } from '../tensor/random.ts';
import type { ClassMaterial } from './material.ts';
import { unpack } from './views.ts';

/** Pictures being distilled, [0, 1]; those of class c are `perClass` in a row from c · perClass on. */
export interface Pictures {
  readonly size: number;
  readonly channels: number;
  readonly perClass: number;
  readonly factor: number;
  readonly pixels: Float32Array;
}

/** A typical face's deviation: turns steps of standardised units into steps of pixels. */
const PIXEL_DEVIATION = 0.25;
const [BETA_1, BETA_2, EPSILON] = [0.9, 0.999, 1e-8];

/** Per-image standardisation of `[n, h, w, c]` in [0, 1], differentiable; the same rule as for data. */
const standardise = (images: tf.Tensor4D): tf.Tensor4D => {
  const { mean, variance } = tf.moments(images, [1, 2, 3], true);
  return tf.div(tf.sub(images, mean), tf.maximum(tf.sqrt(tf.add(variance, 1e-12)), DEVIATION_FLOOR)) as tf.Tensor4D;
};

/** Class means of the flattened last features: `[classes, features]`, from images that stand class by class. */
const classMeans = (weights: Weights, folded: tf.Tensor[], images: tf.Tensor4D, classes: number): tf.Tensor =>
  tf.mean(tf.reshape(featureMap(weights.spec, folded, images), [classes, images.shape[0] / classes, -1]), 1);

/**
 * Distribution matching: moves the pixels so that, in the features of trained nets, the mean of each class's views
 * comes near the mean of its real pictures. Per step one net, a draw of real pictures and of views; Adam on the pixels.
 * @param nets - trained nets whose features are matched, e.g. checkpoints of several runs
 * @returns the moved pixels, clipped to [0, 1]
 * @see Zhao and Bilen, Dataset Condensation with Distribution Matching (WACV 2023)
 */
export const matchDistributions = (
  start: Pictures,
  material: readonly ClassMaterial[],
  nets: readonly Weights[],
  settings: RunConfig['distill']['matching'],
  draw: Random,
  onStep: (step: number) => void,
): Float32Array => {
  const { size, channels, perClass, factor } = start;
  const classes = material.length;
  const values = size * size * channels;
  const pixels = start.pixels.slice();
  const mean = new Float32Array(pixels.length);
  const square = new Float32Array(pixels.length);
  const age = new Int32Array(classes * perClass);
  const folded = nets.map(foldedTensors);
  const chosenPerClass = Math.max(1, Math.min(perClass, Math.floor(settings.syntheticPerClass / factor ** 2)));

  for (let step = 0; step < settings.steps; step++) {
    const net = draw.below(nets.length);
    const mirrored = draw.next() < 0.5;
    const real = realBatch(material, settings.realPerClass, values, draw);
    const chosen = material.flatMap((_, c) =>
      [...draw.permutation(perClass).slice(0, chosenPerClass)].map((i) => c * perClass + i),
    );
    const batch = new Float32Array(chosen.length * values);
    chosen.forEach((picture, i) => batch.set(pixels.subarray(picture * values, (picture + 1) * values), i * values));

    const gradient = tf.tidy(() => {
      const turn = (images: tf.Tensor4D): tf.Tensor4D => (mirrored ? tf.reverse(images, 2) : images);
      const features = (images: tf.Tensor4D) => classMeans(nets[net]!, folded[net]!, turn(images), classes);
      const target = features(tf.tensor4d(real, [real.length / values, size, size, channels]));
      const distance = (pictures: tf.Tensor4D) =>
        tf.sum(tf.square(tf.sub(features(standardise(unpack(pictures, factor))), target))) as tf.Scalar;
      return tf
        .grad(distance as (x: tf.Tensor) => tf.Tensor)(tf.tensor4d(batch, [chosen.length, size, size, channels]))
        .dataSync() as Float32Array;
    });

    chosen.forEach((picture, i) => {
      const time = ++age[picture]!;
      const rate = (settings.learningRate * PIXEL_DEVIATION * Math.sqrt(1 - BETA_2 ** time)) / (1 - BETA_1 ** time);
      for (let v = 0; v < values; v++) {
        const [at, g] = [picture * values + v, gradient[i * values + v]!];
        mean[at] = BETA_1 * mean[at]! + (1 - BETA_1) * g;
        square[at] = BETA_2 * square[at]! + (1 - BETA_2) * g * g;
        const moved = pixels[at]! - (rate * mean[at]!) / (Math.sqrt(square[at]!) + EPSILON);
        pixels[at] = Math.min(1, Math.max(0, moved));
      }
    });
    onStep(step + 1);
  }
  tf.dispose(folded);
  return pixels;
};

/** `perClass` standardised real pictures of every class, class by class; a small class repeats its own. */
const realBatch = (
  material: readonly ClassMaterial[],
  perClass: number,
  values: number,
  draw: Random,
): Float32Array => {
  const batch = new Float32Array(material.length * perClass * values);
  material.forEach(({ count, pixels }, c) => {
    const order = draw.permutation(count);
    for (let i = 0; i < perClass; i++) {
      const index = order[i % count]!;
      const source = standardised(pixels.subarray(index * values, (index + 1) * values), values);
      batch.set(source, (c * perClass + i) * values);
    }
  });
  return batch;
};
