import * as tf from '@tensorflow/tfjs-core';
import { standardised } from '../data/standardise.ts';
import { momentsOf, type NetSpec, parametersOf, trainForward } from '../nets/k2.ts';
import { flatten, unflatten } from '../nets/weights.ts';
import { random } from '../tensor/random.ts';
import { valuesOf } from '../tensor/read.ts';
import type { LearnSet } from './learn-set.ts';

/** Images that the batch-norm statistics are measured on, at most. */
const MOMENT_IMAGES = 1024;

/** Batch-norm statistics of a net over images as they will be predicted: standardised, not augmented, one pass. */
export const measureMoments = (spec: NetSpec, theta: Float32Array, set: LearnSet): Float32Array => {
  const { size, channels } = set;
  const values = size * size * channels;
  const chosen = random('moments', set.count).permutation(set.count).slice(0, MOMENT_IMAGES).sort();
  const images = new Float32Array(chosen.length * values);
  chosen.forEach((index, i) =>
    images.set(standardised(set.pixels.subarray(index * values, (index + 1) * values), values), i * values),
  );
  const flat = valuesOf(() => {
    const parameters = unflatten(tf.tensor1d(theta), parametersOf(spec));
    const found: tf.Tensor[] = [];
    const input = tf.tensor4d(images, [chosen.length, size, size, channels]);
    trainForward(spec, parameters, input, ({ mean, variance }) => found.push(mean, variance));
    return flatten(found);
  });
  if (flat.length !== momentsOf(spec).reduce((sum, { shape }) => sum + shape[0]!, 0)) {
    throw new RangeError(`Batch-norm statistics have ${flat.length} values, which does not fit the net.`);
  }
  return flat;
};
