import * as tf from '@tensorflow/tfjs-core';
import { type Images, sliceImages, valuesOf } from '../data/images.ts';
import { standardised } from '../data/standardise.ts';
import { microBatches } from '../tensor/micro-batches.ts';
import type { Net } from './net.ts';
import { graphTensors, type NamedTensors, runGraph } from './run-graph.ts';
import type { Weights } from './weights.ts';

/** What a net says of n images, averaged over each image and its mirror where that shows the same class. */
export interface Prediction {
  /** `[n, embeddingSize]` */
  readonly embeddings: Float32Array;
  /** `[n, classes]` */
  readonly logits: Float32Array;
}

/** Something that is made ready to predict, a net or another model with a head; `dispose` it. */
export interface Predictor {
  predict(images: Images): Promise<Prediction>;
  dispose(): void | Promise<void>;
}

/** @param batch - images a pass, fewer where so many do not fit; each may be seen twice, mirrored the second time */
export const predictor = (weights: Weights, batch = 256): Predictor =>
  graphPredictor(weights.net, graphTensors(weights), batch);

/** The same of a graph with its tensors, which are disposed with it. */
export const graphPredictor = (
  { graph, embeddingSize, classes, mirror }: Pick<Net, 'graph' | 'embeddingSize' | 'classes' | 'mirror'>,
  tensors: NamedTensors,
  batch = 256,
): Predictor => {
  const passes = microBatches('images', batch);

  const look = (images: tf.Tensor4D): tf.Tensor2D => runGraph<tf.Tensor2D>(graph, tensors, { images }, graph.embedding);
  const embed = (images: tf.Tensor4D): tf.Tensor2D => {
    if (!mirror) return look(images);
    const halves = tf.split(look(tf.concat([images, tf.reverse(images, 2)])), 2);
    return tf.mul(tf.add(halves[0]!, halves[1]!), 0.5) as tf.Tensor2D;
  };

  return {
    async predict(images) {
      const { size, channels, count } = images;
      const embeddings = new Float32Array(count * embeddingSize);
      const logits = new Float32Array(count * classes);
      await passes.run(count, (start, n) => {
        const standard = standardised(sliceImages(images, start, n).pixels, valuesOf(images));
        tf.tidy(() => {
          const embedding = embed(tf.tensor4d(standard, [n, size, size, channels]));
          // The head is linear, so its value of the mean embedding is the mean of its values.
          const answer = runGraph(graph, tensors, { embedding }, graph.logits);
          embeddings.set(embedding.dataSync(), start * embeddingSize);
          logits.set(answer.dataSync(), start * classes);
        });
      });
      return { embeddings, logits };
    },
    dispose: () => tf.dispose(tensors),
  };
};

/** What a net says of images, where it is asked but once. */
export const predictOnce = async (weights: Weights, images: Images): Promise<Prediction> => {
  const model = predictor(weights);
  const prediction = await model.predict(images);
  model.dispose();
  return prediction;
};
