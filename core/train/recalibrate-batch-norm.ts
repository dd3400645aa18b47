import * as tf from '@tensorflow/tfjs-core';
import { largestMapOf } from '../contracts/nets/architecture.ts';
import { type Images, selectImages, valuesOf } from '../data/images.ts';
import { standardised } from '../data/standardise.ts';
import type { Net } from '../nets/net.ts';
import { trainForward } from '../nets/train-forward.ts';
import { flatten, readValues, unflatten } from '../tensor/flat.ts';
import { random } from '../tensor/random.ts';

/** Images that the batch-norm statistics are taken from, at most. */
const MOST_IMAGES = 1024;
/** Bytes of the largest map of all these images. A norm holds several such maps at once, and wasm has 4 GiB in all. */
const MOST_BYTES = 128 * 1024 * 1024;

/**
 * Batch-norm statistics of a net over images as they will be predicted: standardised, not augmented, in one pass. What
 * SWA calls `update_bn`: averaged weights have never seen a batch.
 * @returns in the order of `net.batchNormStats`; empty for a net without batch norm
 * @see Izmailov et al., Averaging Weights Leads to Wider Optima and Better Generalization (UAI 2018)
 */
export const recalibrateBatchNorm = (net: Net, parameters: Float32Array, set: Images): Float32Array => {
  if (net.batchNormStats.length === 0) return new Float32Array(0);
  const fitting = Math.max(2, Math.floor(MOST_BYTES / (4 * largestMapOf(net.architecture, net.size))));
  const chosen = random('moments', set.count).subset(set.count, Math.min(MOST_IMAGES, fitting));
  const { size, channels, count, pixels } = selectImages(set, chosen);
  return readValues(() => {
    const found: tf.Tensor[] = [];
    const images = tf.tensor4d(standardised(pixels, valuesOf(set)), [count, size, size, channels]);
    trainForward(net, unflatten(tf.tensor1d(parameters), net.parameters), images, ({ mean, variance }) =>
      found.push(mean, variance),
    );
    return flatten(found);
  });
};
