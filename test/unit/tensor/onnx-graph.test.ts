import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { NetName } from '../../../core/contracts/nets.ts';
import { netOf } from '../../../core/nets/net.ts';
import { freshParameters } from '../../../core/nets/weights.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { compiled } from '../../../core/tensor/compiled/compiled.ts';
import { recordKernels } from '../../../core/tensor/compiled/onnx/record-kernels.ts';
import { kernelsToOnnx } from '../../../core/tensor/compiled/onnx/to-onnx.ts';
import { conv2d, frozenBiasedConv2d } from '../../../core/tensor/conv.ts';
import { unflatten } from '../../../core/tensor/flat.ts';
import { maxPool } from '../../../core/tensor/max-pool.ts';
import { averagePool, globalMean } from '../../../core/tensor/relu-pool.ts';
import { passOf, trainingPass } from '../../../core/train/gradient.ts';
import { normal } from '../../support/finite-differences.ts';
import { expectNear } from '../../support/near.ts';

type Work = (x: tf.Tensor4D) => tf.Tensor;

const values = (tensor: tf.Tensor): number[] => [...(tensor.dataSync() as Float32Array)];

const gradientOf =
  (work: Work): Work =>
  (x) =>
    tf.grad((x) => tf.sum(tf.mul(work(x as tf.Tensor4D), 0.5)))(x);

/** Each of these is a kernel, or an attribute of one, that a net or a method may ask for. */
const WORKS: readonly (readonly [string, Work])[] = [
  ['arithmetic', (x) => tf.div(tf.sub(tf.neg(x), tf.sqrt(tf.add(tf.square(x), 1))), tf.maximum(x, tf.minimum(x, 2)))],
  ['roots and logarithms', (x) => tf.log(tf.add(tf.rsqrt(tf.add(tf.abs(x), 1)), tf.exp(x)))],
  ['periodic functions', (x) => tf.add(tf.cos(x), tf.mul(tf.sin(x), tf.tanh(tf.sigmoid(x))))],
  ['comparisons', (x) => tf.where(tf.greater(x, 0.2), tf.cast(tf.greaterEqual(x, 0.5), 'float32'), tf.step(x))],
  ['moments', (x) => tf.concat(Object.values(tf.moments(x, [0, 1, 2])))],
  ['sums of all and of some axes', (x) => tf.add(tf.sum(x), tf.sum(x, [-1, 0], true))],
  ['extremes', (x) => tf.sub(tf.max(x, 1), tf.min(x, [1]))],
  ['the place of the highest, as a row', (x) => tf.oneHot(tf.argMax(tf.reshape(x, [-1, 4]), -1) as tf.Tensor1D, 4)],
  ['probabilities', (x) => tf.add(tf.softmax(x), tf.logSoftmax(x))],
  ['several sums at once', (x) => tf.addN([x, tf.mul(x, 2), tf.square(x)])],
  ['parts, turned round', (x) => tf.concat(tf.split(tf.reverse(x, [1, 2]), [1, 3, -1], 1).reverse(), 1)],
  [
    'slices',
    (x) =>
      tf.concat(
        [
          tf.slice(x, 1, 1),
          tf.pad(tf.slice(x, [0, 2], [1, 3]), [
            [0, 0],
            [x.shape[1] - 4, 1],
            [0, 0],
            [0, 0],
          ]),
        ],
        0,
      ),
  ],
  [
    'padding with a number',
    (x) =>
      tf.pad(
        x,
        [
          [0, 1],
          [2, 0],
          [0, 0],
          [1, 1],
        ],
        7,
      ),
  ],
  ['repetition', (x) => tf.tile(tf.expandDims(tf.transpose(x, [0, 3, 1, 2]), 2), [1, 1, 2, 1, 1])],
  ['constants', (x) => tf.mul(tf.add(x, tf.fill(x.shape, 3)), tf.onesLike(x))],
  ['blocks', (x) => tf.depthToSpace(x, 2)],
  [
    'products of matrices, turned or not',
    (x) => {
      const [a, b] = [tf.reshape(x, [2, 6, 24]), tf.reshape(x, [2, 24, 6])];
      return tf.concat([tf.matMul(a, b), tf.matMul(b, a, true, true), tf.matMul(a, a, false, true)], 0);
    },
  ],
  ['maxima of windows', maxPool],
  ['the gradient of maxima of windows', gradientOf(maxPool)],
  ['means of windows', averagePool],
  ['the gradient of means of windows', gradientOf(averagePool)],
  ['means of maps', globalMean],
  ['the gradient of means of maps', gradientOf(globalMean)],
];

/** Sizes that not every work here can be done on. */
const EVEN_ALONE = /^(blocks|products)/;

describe('work that onnxruntime runs beside wasm', () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm', inference: 'onnxruntime' });
  });

  /** As the graph has it, which there must be. */
  const translated = async (work: Work, x: tf.Tensor4D): Promise<number[]> => {
    let calls = 0;
    const whole = compiled((x: tf.Tensor4D): [tf.Tensor] => {
      calls++;
      return [work(x)];
    });
    await whole.run(x);
    const [found] = await whole.run(x);
    whole.dispose();
    expect(calls, 'a kernel has no counterpart').toBe(1);
    return values(found);
  };

  it.each(WORKS)('computes %s as wasm does', async (name, work) => {
    for (const size of EVEN_ALONE.test(name) ? [6] : [6, 7]) {
      const x = normal([2, size, size, 4], size) as tf.Tensor4D;
      const expected = tf.tidy(() => work(x));
      expectNear(await translated(work, x), values(expected));
    }
  });

  it.each([
    [1, 3, 6],
    [2, 3, 8],
    [2, 5, 8],
    [2, 5, 7],
    [2, 1, 8],
    [2, 1, 7],
  ] as const)(
    'convolves with stride %i and a kernel of %i on %i pixels, both gradients too',
    async (stride, side, size) => {
      const given = tf.concat([normal([2 * size * size * 3], 1), normal([side * side * 3 * 2], 2), normal([2], 3)]);
      const convolved = (flat: tf.Tensor): tf.Tensor => {
        const shapes = [{ shape: [2, size, size, 3] }, { shape: [side, side, 3, 2] }, { shape: [2] }];
        const [x, w, bias] = unflatten(flat as tf.Tensor1D, shapes) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor1D];
        return tf.square(tf.add(conv2d(x, w, stride), tf.relu(frozenBiasedConv2d(x, w, bias, stride))));
      };
      const work: Work = (flat) => tf.grad((flat) => tf.sum(convolved(flat)))(flat);
      const expected = tf.tidy(() => work(given as tf.Tensor4D));
      expectNear(await translated(work, given as tf.Tensor4D), values(expected));
    },
  );

  it('gives the gradient of a maximum to the first of several places, as TensorFlow does', async () => {
    const flat = tf.ones([1, 4, 4, 1]) as tf.Tensor4D;
    const found = await translated(gradientOf(maxPool), flat);
    // wasm by itself gives it to the last one.
    expect(found.flatMap((value, i) => (value > 0 ? [i] : []))).toEqual([0, 2, 8, 10]);
  });

  it.each(NetName.options.flatMap((name) => [8, 9, 12].map((size) => [name, size] as const)))(
    'trains %s on images of %i pixels: each of its kernels has a counterpart',
    async (name, size) => {
      const net = netOf({ name, width: 4, size, channels: 1, classes: 3 });
      const given = [
        tf.tensor1d(freshParameters(net, ['onnx'])),
        normal([6, size, size, 1], 4) as tf.Tensor4D,
        tf.softmax(normal([6, 3], 5)) as tf.Tensor2D,
      ] as const;
      const work = passOf(net);
      expect(
        kernelsToOnnx(
          given,
          recordKernels(given, () => tf.tidy(() => work(...given))),
        ),
      ).toBeDefined();
      const whole = trainingPass(net);
      const [gradient, loss] = await whole.run(...given);
      const [expectedGradient, expectedLoss] = tf.tidy(() => work(...given));
      expectNear(values(loss), values(expectedLoss));
      expectNear(values(gradient), values(expectedGradient), 1e-3);
      whole.dispose();
    },
  );

  it('does the work as it is where a kernel has no counterpart', async () => {
    let calls = 0;
    const whole = compiled((x: tf.Tensor1D): [tf.Tensor] => {
      calls++;
      return [tf.cumsum(x)];
    });
    const x = tf.tensor1d([1, 2, 3]);
    for (let i = 0; i < 2; i++) expect(values((await whole.run(x))[0])).toEqual([1, 3, 6]);
    // Once to record it, and once for each call.
    expect(calls).toBe(3);
  });
});
