import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { unpack } from '../../../core/data/views.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { batchNorm } from '../../../core/tensor/batch-norm.ts';
import { conv2d, frozenBiasedConv2d, frozenConv2d } from '../../../core/tensor/conv.ts';
import { crossEntropy } from '../../../core/tensor/cross-entropy.ts';
import { instanceNorm } from '../../../core/tensor/instance-norm.ts';
import { maxPool } from '../../../core/tensor/max-pool.ts';
import { averagePool, globalMean, relu } from '../../../core/tensor/relu-pool.ts';
import { testableBackends } from '../../support/backends.ts';
import { gradientError, normal, weighed } from '../../support/finite-differences.ts';

describe.each(testableBackends())(
  'gradients on %s agree with central differences, or nets would learn the wrong thing',
  (name) => {
    beforeAll(async () => {
      await selectBackend({ forced: name });
    });

    it.each([
      [1, 3, 6],
      [1, 5, 6],
      [2, 3, 8],
      [2, 5, 8],
      [2, 7, 8],
      [2, 5, 7],
      [2, 1, 8],
      [2, 1, 7],
    ] as const)(
      'convolution with stride %i and a kernel of %i on %i pixels, by kernel and by image',
      (stride, kernel, size) => {
        const x = normal([2, size, size, 2], 1) as tf.Tensor4D;
        const w = normal([kernel, kernel, 2, 3], 2) as tf.Tensor4D;
        const bias = normal([3], 3) as tf.Tensor1D;
        const biased: typeof conv2d = (x, w, stride) => frozenBiasedConv2d(x, w, bias, stride);
        for (const convolution of [conv2d, frozenConv2d, biased]) {
          expect(gradientError((w) => weighed(convolution(x, w as tf.Tensor4D, stride)), w)).toBeLessThan(2e-3);
          expect(gradientError((x) => weighed(convolution(x as tf.Tensor4D, w, stride)), x)).toBeLessThan(2e-3);
        }
      },
    );

    it('convolution, by its bias', () => {
      const x = normal([2, 6, 6, 2], 1) as tf.Tensor4D;
      const w = normal([3, 3, 2, 3], 2) as tf.Tensor4D;
      const loss = (bias: tf.Tensor) => weighed(frozenBiasedConv2d(x, w, bias as tf.Tensor1D, 1));
      expect(gradientError(loss, normal([3], 3))).toBeLessThan(2e-3);
    });

    it('ReLU, by its input', () => {
      // Two apart from zero on either side, where central differences would straddle the kink.
      const x = tf.add(normal([2, 3, 3, 2], 6), tf.mul(2, tf.sign(normal([2, 3, 3, 2], 6)))) as tf.Tensor4D;
      expect(gradientError((x) => weighed(relu(x as tf.Tensor4D)), x)).toBeLessThan(2e-3);
    });

    it('average pool, by its input, of even and of odd size', () => {
      for (const size of [4, 5]) {
        const x = normal([2, size, size, 2], 8) as tf.Tensor4D;
        expect(gradientError((x) => weighed(averagePool(x as tf.Tensor4D)), x, 24)).toBeLessThan(2e-3);
      }
    });

    it('max pool and the mean of a map, by their input, of even and of odd size', () => {
      for (const size of [4, 5]) {
        // Far apart, or a step of central differences would make another place the highest.
        const order = Float32Array.from({ length: 2 * size * size * 2 }, (_, i) => ((i * 37) % 101) / 20 - 4);
        const x = tf.tensor4d(order, [2, size, size, 2]);
        expect(gradientError((x) => weighed(maxPool(x as tf.Tensor4D)), x, 24)).toBeLessThan(2e-3);
        expect(gradientError((x) => weighed(globalMean(x as tf.Tensor4D)), x, 24)).toBeLessThan(2e-3);
      }
    });

    type Norm = (x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D) => tf.Tensor4D;
    const norms: [string, number, Norm][] = [
      ['batch norm', 4, (x, gamma, beta) => batchNorm(x, gamma, beta, 'nothing')],
      ['batch norm with ReLU', 4, (x, gamma, beta) => batchNorm(x, gamma, beta, 'relu')],
      ['instance norm', 4, (x, gamma, beta) => instanceNorm(x, gamma, beta, 'nothing')],
      ['instance norm with ReLU and average pool', 4, (x, gamma, beta) => instanceNorm(x, gamma, beta, 'relu-pool')],
      ['the same of odd size', 5, (x, gamma, beta) => instanceNorm(x, gamma, beta, 'relu-pool')],
    ];

    it.each(norms)('%s on %i pixels, by image, gamma and beta', (_, size, norm) => {
      const x = normal([2, size, size, 2], 12) as tf.Tensor4D;
      const [gamma, beta] = [tf.tensor1d([1.5, 0.7]), tf.tensor1d([0.3, -0.2])];
      const steps = [3e-3, 1e-3, 3e-4];
      expect(gradientError((x) => weighed(norm(x as tf.Tensor4D, gamma, beta)), x, 24, ...steps)).toBeLessThan(1e-2);
      expect(gradientError((g) => weighed(norm(x, g as tf.Tensor1D, beta)), gamma, 2, ...steps)).toBeLessThan(1e-2);
      expect(gradientError((b) => weighed(norm(x, gamma, b as tf.Tensor1D)), beta, 2, ...steps)).toBeLessThan(1e-2);
    });

    it('cross-entropy of soft targets, by the logits', () => {
      const targets = tf.softmax(normal([4, 5], 5)) as tf.Tensor2D;
      expect(gradientError((z) => crossEntropy(z as tf.Tensor2D, targets), normal([4, 5], 4))).toBeLessThan(2e-3);
    });

    it('cross-entropy of rows that count more than others, or not at all: they would drag all nets to one class', () => {
      const counts = tf.tensor2d([0, 1, 2.5, 0], [4, 1]);
      const targets = tf.mul(tf.softmax(normal([4, 5], 5)), counts) as tf.Tensor2D;
      expect(gradientError((z) => crossEntropy(z as tf.Tensor2D, targets), normal([4, 5], 4))).toBeLessThan(2e-3);
      const ignored = tf
        .grad((z) => crossEntropy(z as tf.Tensor2D, targets))(normal([4, 5], 4))
        .arraySync();
      expect((ignored as number[][])[0]!.every((value) => value === 0)).toBe(true);
    });

    it('taking packed images apart, by their pixels', () => {
      expect(gradientError((x) => weighed(unpack(x as tf.Tensor4D, 2)), normal([1, 8, 8, 1], 6))).toBeLessThan(2e-3);
    });
  },
);

describe('the hand-written batch norm', () => {
  it.each(testableBackends())(
    'has outputs of mean beta and deviation gamma before ReLU cuts them, on %s',
    async (name) => {
      await selectBackend({ forced: name });
      const x = normal([8, 6, 6, 1], 7) as tf.Tensor4D;
      // A beta far above zero keeps ReLU out of play.
      const y = batchNorm(x, tf.tensor1d([2]), tf.tensor1d([50]), 'relu');
      const { mean, variance } = tf.moments(y);
      expect(mean.dataSync()[0]).toBeCloseTo(50, 3);
      expect(Math.sqrt(variance.dataSync()[0]!)).toBeCloseTo(2, 3);
    },
  );
});
