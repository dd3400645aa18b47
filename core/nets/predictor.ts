import * as tf from '@tensorflow/tfjs-core';
import { standardised } from '../data/standardise.ts';
import { NORM_EPSILON } from '../tensor/norm.ts';
import { passesOf } from '../tensor/passes.ts';
import { embeddingSize, featureMap, layersOf, momentsOf, parametersOf } from './k2.ts';
import { unflatten, type Weights } from './weights.ts';

/** Images as the predictor takes them: 8-bit pixels `[n, size, size, channels]`. */
export interface Images {
  readonly size: number;
  readonly channels: number;
  readonly count: number;
  readonly pixels: Uint8Array | Float32Array;
}

/** What a net says of n images, averaged over each image and its mirror. */
export interface Prediction {
  /** `[n, embeddingSize]` */
  readonly embeddings: Float32Array;
  /** `[n, classes]` */
  readonly logits: Float32Array;
}

/**
 * A net's kernels and biases with the batch norms folded in, as tensors the caller disposes:
 * γ·(w·x − mean)/√(variance + ε) + β = (w·s)·x + (β − mean·s) with s = γ/√(variance + ε).
 */
export const foldedTensors = ({ spec, theta, moments }: Weights): tf.Tensor[] =>
  tf.tidy(() => {
    const parameters = unflatten(tf.tensor1d(theta), parametersOf(spec));
    const statistics = unflatten(tf.tensor1d(moments), momentsOf(spec));
    const convolutions = layersOf(spec).flatMap((_, i) => {
      const [kernel, gamma, beta] = parameters.slice(3 * i, 3 * i + 3) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const [mean, variance] = statistics.slice(2 * i, 2 * i + 2) as [tf.Tensor, tf.Tensor];
      const scale = tf.div(gamma, tf.sqrt(tf.add(variance, NORM_EPSILON)));
      return [tf.mul(kernel, scale), tf.sub(beta, tf.mul(mean, scale))];
    });
    return [...convolutions, ...parameters.slice(-2)];
  });

/** A net made ready to predict; `dispose` it. */
export interface Predictor {
  predict(images: Images): Promise<Prediction>;
  dispose(): void;
}

/** @param batch - images a pass, fewer where so many do not fit; each is seen twice, mirrored the second time */
export const predictor = (weights: Weights, batch = 256): Predictor => {
  const { spec } = weights;
  const folded = foldedTensors(weights);
  const passes = passesOf('images', batch);

  const embed = (images: tf.Tensor4D): tf.Tensor2D => {
    const both = tf.concat([images, tf.reverse(images, 2)]);
    const halves = tf.split(tf.mean(featureMap(spec, folded, both), [1, 2]) as tf.Tensor2D, 2);
    return tf.mul(tf.add(halves[0]!, halves[1]!), 0.5) as tf.Tensor2D;
  };

  return {
    async predict({ size, channels, count, pixels }) {
      const width = embeddingSize(spec);
      const embeddings = new Float32Array(count * width);
      const logits = new Float32Array(count * spec.classes);
      const values = size * size * channels;
      await passes.run(count, (start, n) => {
        const standard = standardised(pixels.subarray(start * values, (start + n) * values), values);
        tf.tidy(() => {
          const embedding = embed(tf.tensor4d(standard, [n, size, size, channels]));
          // The head is linear, so its value of the mean embedding is the mean of its values.
          const [head, bias] = folded.slice(-2) as [tf.Tensor2D, tf.Tensor1D];
          embeddings.set(embedding.dataSync(), start * width);
          logits.set(tf.add(tf.matMul(embedding, head), bias).dataSync(), start * spec.classes);
        });
      });
      return { embeddings, logits };
    },
    dispose: () => tf.dispose(folded),
  };
};

/** Rows of probabilities: softmax(logits / temperature). */
export const probabilities = (logits: Float32Array, classes: number, temperature = 1): Float32Array => {
  const result = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    const row = logits.subarray(start, start + classes);
    const top = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    let sum = 0;
    row.forEach((value, i) => (sum += result[start + i] = Math.exp((value - top) / temperature)));
    for (let i = 0; i < classes; i++) result[start + i]! /= sum;
  }
  return result;
};
