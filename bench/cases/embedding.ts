import * as tf from '@tensorflow/tfjs-core';
import { convnetFeatures, convnetParameters } from '../../core/nets/convnet.ts';
import { featureMap } from '../../core/nets/k2.ts';
import { foldedTensors, predictor } from '../../core/nets/predictor.ts';
import { unflatten } from '../../core/nets/weights.ts';
import { CONFIG, CONVNET, EMBED_BATCH, type Inputs, K2, k2Weights, VALUES } from '../inputs.ts';
import { timed } from '../stopwatch.ts';
import type { Case, Work } from './case.ts';

const { size, channels } = CONFIG.image;
/** Values of the first embeddings that are compared. */
const CHECKED = 512;

const embedding = ({ images }: Inputs, features: (x: tf.Tensor4D) => tf.Tensor2D): Work => {
  const x = tf.tensor4d(images, [EMBED_BATCH, size, size, channels]);
  const embed = (): Float32Array => {
    // Read outside the tidy, which would look for tensors among the numbers, one by one.
    const embeddings = tf.tidy(() => features(x));
    const values = embeddings.dataSync() as Float32Array;
    embeddings.dispose();
    return values;
  };
  return {
    check: [...embed().subarray(0, CHECKED)],
    lap: (steps) =>
      timed(steps * EMBED_BATCH, () => {
        for (let i = 0; i < steps; i++) embed();
      }),
  };
};

export const convnetEmbedding: Case = async (inputs) => {
  const parameters = unflatten(tf.tensor1d(inputs.convnetTheta), convnetParameters(CONVNET));
  return embedding(inputs, (x) => convnetFeatures(CONVNET, parameters, x));
};

export const k2Embedding: Case = async (inputs) => {
  const folded = foldedTensors(k2Weights(inputs));
  return embedding(inputs, (x) => tf.mean(featureMap(K2, folded, x), [1, 2]) as tf.Tensor2D);
};

/** What a mining job asks of the net: every image and its mirror, from bytes. The images lie ready in memory. */
export const mining: Case = async (inputs) => {
  const model = predictor(k2Weights(inputs), CONFIG.mining.batch);
  const count = 4 * CONFIG.mining.batch;
  const batch = { size, channels, count, pixels: inputs.material.subarray(0, count * VALUES) };
  return {
    check: [],
    lap: (steps) =>
      timed(steps * count, async () => {
        for (let i = 0; i < steps; i++) await model.predict(batch);
      }),
  };
};
