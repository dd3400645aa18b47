import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { NetName } from '../../../core/contracts/nets.ts';
import { graphTensors, runGraph } from '../../../core/nets/run-graph.ts';
import { runTangent } from '../../../core/nets/run-tangent.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { testableBackends } from '../../support/backends.ts';
import { normal } from '../../support/finite-differences.ts';
import { SIZE, toyWeights } from '../../support/toy.ts';

describe.each(testableBackends())('Function: runTangent on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
  });

  it.each(NetName.options)('is how fast the logits of %s change along a direction of its tensors', (net) => {
    tf.tidy(() => {
      const weights = toyWeights(1, 3, 1, net);
      const { graph } = weights.net;
      const tensors = graphTensors(weights);
      const images = normal([4, SIZE, SIZE, 1], 3) as tf.Tensor4D;
      const names = Object.keys(tensors);
      const tangents = Object.fromEntries(
        names.map((one, i) => [one, tf.mul(normal(tensors[one]!.shape, 20 + i), 0.2)]),
      );
      const moved = (step: number) => {
        const at = names.map((one) => [one, tf.add(tensors[one]!, tf.mul(tangents[one]!, step))]);
        return runGraph<tf.Tensor2D>(graph, { ...tensors, ...Object.fromEntries(at) }, { images }, graph.logits);
      };
      const { value, tangent } = runTangent(graph, tensors, tangents, images, graph.logits);
      const expected = runGraph(graph, tensors, { images }, graph.logits);
      const off = tf.div(tf.max(tf.abs(tf.sub(value, expected))), tf.max(tf.abs(expected))).dataSync()[0]!;
      // On some processors oneDNN adds a bias in another kernel, where a float is rounded once less.
      expect(off).toBeLessThanOrEqual(name === 'tensorflow' ? 1e-6 : 0);
      // A ReLU that switches in between is a kink; a wrong derivative is wrong at every step.
      const errors = [4e-3, 1e-3, 2e-4].map((step) => {
        const numeric = tf.div(tf.sub(moved(step), moved(-step)), 2 * step);
        const size = tf.max(tf.abs(numeric)).dataSync()[0]!;
        return tf.max(tf.abs(tf.sub(tangent, numeric))).dataSync()[0]! / size;
      });
      expect(Math.min(...errors)).toBeLessThan(0.02);
    });
  });

  it('is nothing where nothing moves', () => {
    tf.tidy(() => {
      const weights = toyWeights(1, 3);
      const { graph } = weights.net;
      const images = normal([2, SIZE, SIZE, 1], 3) as tf.Tensor4D;
      const { tangent } = runTangent(graph, graphTensors(weights), {}, images, graph.logits);
      expect([...tangent.dataSync()].every((one) => one === 0)).toBe(true);
    });
  });
});
