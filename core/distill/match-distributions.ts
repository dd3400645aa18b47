import * as tf from '@tensorflow/tfjs-core';
import type { RunConfig } from '../contracts/config.ts';
import { DEVIATION_FLOOR, standardised } from '../data/standardise.ts';
import { featureMap } from '../nets/k2.ts';
import { foldedTensors } from '../nets/predictor.ts';
import type { Weights } from '../nets/weights.ts';
import { type Session, type State, withoutSession } from '../run/checkpoints.ts';
import { passesOf } from '../tensor/passes.ts';
import { type Random, resumeRandom } from '../tensor/random.ts';
import { valuesOf } from '../tensor/read.ts';
import { freshPixels, movePixels, type PixelsInMotion } from './adam-pixels.ts';
import type { ClassMaterial } from './material.ts';
import { unpack } from './views.ts';

/** Images being distilled, [0, 1]; those of class c are `perClass` in a row from c · perClass on. */
export interface Images {
  readonly size: number;
  readonly channels: number;
  readonly perClass: number;
  readonly factor: number;
  readonly pixels: Float32Array;
}

/** Per-image standardisation of `[n, h, w, c]` in [0, 1], differentiable; the same rule as for data. */
const standardise = (images: tf.Tensor4D): tf.Tensor4D => {
  const { mean, variance } = tf.moments(images, [1, 2, 3], true);
  return tf.div(tf.sub(images, mean), tf.maximum(tf.sqrt(tf.add(variance, 1e-12)), DEVIATION_FLOOR)) as tf.Tensor4D;
};

/** Class means of the flattened last features: `[classes, features]`, from images that stand class by class. */
const classMeans = (weights: Weights, folded: tf.Tensor[], images: tf.Tensor4D, classes: number): tf.Tensor => {
  const perClass = images.shape[0] / classes;
  const features = tf.reshape(featureMap(weights.spec, folded, images), [classes, perClass, -1]);
  // The gradient of a mean divides the whole map; of a sum that is scaled, its class's row.
  return tf.mul(tf.sum(features, 1), 1 / perClass);
};

export interface MatchOptions {
  readonly draw: Random;
  /** @default matching that cannot be resumed */
  readonly session?: Session | undefined;
  /** Called after every step, which counts from 1. */
  readonly onStep: (step: number) => void;
}

/** Name of the state in the session: there is one matching a job. */
const STATE = 'matching';

/**
 * Distribution matching: moves the pixels so that, in the features of trained nets, the mean of each class's views
 * comes near the mean of its real images. Per step one net, a draw of real images and of views; Adam on the pixels.
 * @param nets - trained nets whose features are matched, e.g. checkpoints of several runs
 * @returns the moved pixels, clipped to [0, 1]
 * @throws InterruptedError when the session is told to stop
 * @see Zhao and Bilen, Dataset Condensation with Distribution Matching (WACV 2023)
 */
export const matchDistributions = async (
  start: Images,
  material: readonly ClassMaterial[],
  nets: readonly Weights[],
  settings: RunConfig['distill']['matching'],
  { draw: fresh, session = withoutSession, onStep }: MatchOptions,
): Promise<Float32Array> => {
  const { size, channels, perClass, factor } = start;
  const values = size * size * channels;
  const chosenPerClass = Math.max(1, Math.min(perClass, Math.floor(settings.syntheticPerClass / factor ** 2)));
  const earlier = await session.load(STATE);
  const draw = earlier === undefined ? fresh : resumeRandom(earlier.draw!.data as Int32Array);
  const moving = earlier === undefined ? freshPixels(start.pixels, values) : decodePixels(earlier, values);
  const folded = nets.map(foldedTensors);
  const passes = passesOf('classes to match', material.length);

  try {
    for (let step = earlier?.step?.data[0] ?? 0; step < settings.steps; step++) {
      await session.step(STATE, () => encodePixels(moving, step, draw));
      const net = draw.below(nets.length);
      const mirrored = draw.next() < 0.5;
      const real = realBatch(material, settings.realPerClass, values, draw);
      const chosen = material.flatMap((_, c) =>
        [...draw.permutation(perClass).slice(0, chosenPerClass)].map((i) => c * perClass + i),
      );
      const batch = new Float32Array(chosen.length * values);
      chosen.forEach((image, i) => batch.set(moving.pixels.subarray(image * values, (image + 1) * values), i * values));
      const gradient = new Float32Array(batch.length);

      // The distance is a sum over classes, so a class's part of the gradient does not depend on the others.
      await passes.run(material.length, (first, classes) => {
        const rows = (all: Float32Array, perClass: number): tf.Tensor4D =>
          tf.tensor4d(all.subarray(first * perClass * values, (first + classes) * perClass * values), [
            classes * perClass,
            size,
            size,
            channels,
          ]);
        const part = valuesOf(() => {
          const turn = (images: tf.Tensor4D): tf.Tensor4D => (mirrored ? tf.reverse(images, 2) : images);
          const features = (images: tf.Tensor4D) => classMeans(nets[net]!, folded[net]!, turn(images), classes);
          const target = features(rows(real, settings.realPerClass));
          const distance = (synthetic: tf.Tensor4D) =>
            tf.sum(tf.square(tf.sub(features(standardise(unpack(synthetic, factor))), target))) as tf.Scalar;
          return tf.grad(distance as (x: tf.Tensor) => tf.Tensor)(rows(batch, chosenPerClass));
        });
        gradient.set(part, first * chosenPerClass * values);
      });
      movePixels(moving, chosen, gradient, settings.learningRate);
      onStep(step + 1);
    }
  } finally {
    tf.dispose(folded);
  }
  session.finish(STATE, encodePixels(moving, settings.steps, draw));
  return moving.pixels;
};

const encodePixels = ({ pixels, mean, square, age }: PixelsInMotion, step: number, draw: Random): State => ({
  step: { shape: [1], data: Int32Array.of(step) },
  draw: { shape: [4], data: draw.state() },
  pixels: { shape: [pixels.length], data: pixels.slice() },
  mean: { shape: [mean.length], data: mean.slice() },
  square: { shape: [square.length], data: square.slice() },
  age: { shape: [age.length], data: age.slice() },
});

const decodePixels = (state: State, values: number): PixelsInMotion => ({
  values,
  pixels: (state.pixels!.data as Float32Array).slice(),
  mean: (state.mean!.data as Float32Array).slice(),
  square: (state.square!.data as Float32Array).slice(),
  age: (state.age!.data as Int32Array).slice(),
});

/** `perClass` standardised real images of every class, class by class; a small class repeats its own. */
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
