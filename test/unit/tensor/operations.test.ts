import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { batchNorm, NORM_EPSILON } from '../../../core/tensor/batch-norm.ts';
import { conv2d, frozenBiasedConv2d } from '../../../core/tensor/conv.ts';
import { crossEntropy } from '../../../core/tensor/cross-entropy.ts';
import { maxPool } from '../../../core/tensor/max-pool.ts';
import { testableBackends } from '../../support/backends.ts';

const normal = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);
const largest = (a: tf.Tensor, b: tf.Tensor): number => tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!);

describe.each(testableBackends())('operations on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
  });

  it.each([
    [1, 3, 5],
    [2, 5, 8],
    [2, 5, 7],
  ] as const)('conv2d of stride %i, kernel %i and %i pixels gives what tf.conv2d gives', (stride, kernel, size) => {
    const x = normal([2, size, size, 2], 1) as tf.Tensor4D;
    const w = normal([kernel, kernel, 2, 3], 2) as tf.Tensor4D;
    const y = conv2d(x, w, stride);
    expect(y.shape).toEqual([2, Math.ceil(size / stride), Math.ceil(size / stride), 3]);
    const stock = tf.conv2d(x, w, stride, 'same');
    expect(largest(y, stock)).toBeLessThan(1e-5);
    const bias = normal([3], 3) as tf.Tensor1D;
    expect(largest(frozenBiasedConv2d(x, w, bias, stride), tf.add(stock, bias))).toBeLessThan(1e-5);
  });

  it('no image gradient is computed where the images are data, or a first layer would cost half as much again', async () => {
    const x = normal([2, 6, 6, 1], 3) as tf.Tensor4D;
    const w = normal([3, 3, 1, 2], 4) as tf.Tensor4D;
    const loss = (x: tf.Tensor, w: tf.Tensor) => tf.sum(conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1)) as tf.Scalar;
    const convolutions = async (run: () => tf.Tensor | tf.Tensor[]): Promise<number> => {
      const { kernels } = await tf.profile(run);
      return kernels.filter((kernel) => kernel.name.startsWith('Conv2D')).length;
    };
    expect(await convolutions(() => tf.grads(loss)([x, w]))).toBe(3);
    expect(await convolutions(() => tf.grad((w) => loss(x, w))(w))).toBe(2);
  });

  it('maxPool gives the whole gradient to one of the highest places: to the first, on wasm to the last', () => {
    // Rounded, so that many places of a square are alike, and some squares all below zero.
    const x = tf.round(tf.sub(normal([3, 5, 6, 4], 8), 0.7)) as tf.Tensor4D;
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => {
      const y = maxPool(x as tf.Tensor4D);
      return tf.sum(tf.mul(y, normal(y.shape, 9)));
    })(x);
    const [seen, weights] = [x.arraySync(), normal([3, 2, 3, 4], 9).arraySync() as number[][][][]];
    const expected = tf.buffer([3, 5, 6, 4]);
    let sum = 0;
    for (const [n, rows] of weights.entries()) {
      for (const [h, row] of rows.entries()) {
        for (const [w, channels] of row.entries()) {
          for (const [c, weight] of channels.entries()) {
            const places = [0, 1, 2, 3].map((i) => [2 * h + (i >> 1), 2 * w + (i % 2)] as const);
            const inside = places.map(([y, x]) => seen[n]![y]![x]![c]!);
            const highest = Math.max(...inside);
            const place = name === 'wasm' ? inside.lastIndexOf(highest) : inside.indexOf(highest);
            expected.set(weight, n, ...places[place]!, c);
            sum += weight * highest;
          }
        }
      }
    }
    expect(largest(grad, expected.toTensor())).toBe(0);
    expect(value.dataSync()[0]).toBeCloseTo(sum, 4);
  });

  it('batchNorm with ReLU does what its formula says with the population variance', () => {
    // One channel of 1, 3, 5, 7: mean 4, variance 5.
    const y = batchNorm(tf.tensor4d([1, 3, 5, 7], [2, 2, 1, 1]), tf.tensor1d([2]), tf.tensor1d([1]), 'relu');
    const at = (x: number): number => Math.max(0, (2 * (x - 4)) / Math.sqrt(5 + NORM_EPSILON) + 1);
    const values = [...y.dataSync()];
    [1, 3, 5, 7].forEach((x, i) => expect(values[i]).toBeCloseTo(at(x), 4));
  });

  it('crossEntropy is the mean of -Σ target · log softmax', () => {
    const logits = tf.tensor2d([
      [Math.log(3), 0],
      [0, 0],
    ]);
    const targets = tf.tensor2d([
      [1, 0],
      [0.25, 0.75],
    ]);
    expect(crossEntropy(logits, targets).dataSync()[0]).toBeCloseTo((-Math.log(0.75) + Math.log(2)) / 2, 5);
  });

  it('the hand-written gradients leave no tensor behind, or training runs out of memory', () => {
    const x = normal([2, 8, 8, 1], 5) as tf.Tensor4D;
    const w = normal([5, 5, 1, 2], 6) as tf.Tensor4D;
    const [gamma, beta, targets] = [tf.ones([2]), tf.zeros([2]), tf.softmax(normal([2, 2], 7)) as tf.Tensor2D];
    const before = tf.memory().numTensors;
    const { value, grads } = tf.tidy(() =>
      tf.valueAndGrads((w: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) => {
        const y = batchNorm(conv2d(x, w as tf.Tensor4D, 2), gamma as tf.Tensor1D, beta as tf.Tensor1D, 'relu');
        return crossEntropy(tf.mean(y, [1, 2]) as tf.Tensor2D, targets);
      })([w, gamma, beta]),
    );
    expect(tf.memory().numTensors - before).toBe(4);
    tf.dispose([value, ...grads]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
