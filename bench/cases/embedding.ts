import * as tf from '@tensorflow/tfjs-core';
import { predictor } from '../../core/inference/predictor.ts';
import { graphTensors, runGraph } from '../../core/nets/run-graph.ts';
import { freshParameters, type Weights } from '../../core/nets/weights.ts';
import { type BenchInputs, CONFIG, CONVNET, EMBED_BATCH, k2Weights, RESNET, VALUES, weightsOf } from '../inputs.ts';
import { timed } from '../stopwatch.ts';
import type { Case, Work } from './case.ts';

const { size, channels } = CONFIG.image;
/** Values of the first embeddings that are compared. */
const CHECKED = 512;

const embedding = ({ images: pixels }: BenchInputs, weights: Weights): Work => {
  const { graph } = weights.net;
  const tensors = graphTensors(weights);
  const images = tf.tensor4d(pixels, [EMBED_BATCH, size, size, channels]);
  const embed = (): Float32Array => {
    // Read outside the tidy, which would look for tensors among the numbers, one by one.
    const embeddings = tf.tidy(() => runGraph(graph, tensors, { images }, graph.embedding));
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

export const convnetEmbedding: Case = async (inputs) => embedding(inputs, weightsOf(CONVNET, inputs.convnetParameters));

export const k2Embedding: Case = async (inputs) => embedding(inputs, k2Weights(inputs));

export const resnetEmbedding: Case = async (inputs) =>
  embedding(inputs, weightsOf(RESNET, freshParameters(RESNET, ['bench'])));

/** What a mining job asks of the net: every image and its mirror, from bytes. The images lie ready in memory. */
export const mining: Case = async (inputs) => {
  const model = await predictor(k2Weights(inputs), CONFIG.mining.batch);
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
