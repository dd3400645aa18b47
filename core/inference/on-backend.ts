import * as tf from '@tensorflow/tfjs-core';
import type { FoldedTensors } from '../nets/folded.ts';
import { runGraph, tensorsOf } from '../nets/run-graph.ts';
import { microBatches } from '../tensor/micro-batches.ts';
import type { GraphRunner, RunnableNet } from './graph-runner.ts';

/** Runs a net on the backend that was started, in passes that fit the memory of its device. */
export const runOnBackend = async (
  { graph, size, channels, classes, embeddingSize, mirror }: RunnableNet,
  folded: FoldedTensors,
  batch: number,
): Promise<GraphRunner> => {
  const tensors = tensorsOf(folded);
  const passes = microBatches('images', batch);

  const look = (images: tf.Tensor4D): tf.Tensor2D => runGraph<tf.Tensor2D>(graph, tensors, { images }, graph.embedding);
  const embed = (images: tf.Tensor4D): tf.Tensor2D => {
    if (!mirror) return look(images);
    const halves = tf.split(look(tf.concat([images, tf.reverse(images, 2)])), 2);
    return tf.mul(tf.add(halves[0]!, halves[1]!), 0.5) as tf.Tensor2D;
  };

  return {
    batch,
    async run(images, count) {
      const values = size * size * channels;
      const embeddings = new Float32Array(count * embeddingSize);
      const logits = new Float32Array(count * classes);
      await passes.run(count, (start, n) => {
        const seen = images.subarray(start * values, (start + n) * values);
        tf.tidy(() => {
          const embedding = embed(tf.tensor4d(seen, [n, size, size, channels]));
          // The head is linear, so its value of the mean embedding is the mean of its values.
          const answer = runGraph(graph, tensors, { embedding }, graph.logits);
          embeddings.set(embedding.dataSync(), start * embeddingSize);
          logits.set(answer.dataSync(), start * classes);
        });
      });
      return { embeddings, logits };
    },
    dispose: async () => tf.dispose(tensors),
  };
};
