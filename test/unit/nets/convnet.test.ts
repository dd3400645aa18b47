import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type ConvNetSpec,
  convnetD,
  convnetEmbeddingSize,
  convnetFeatures,
  convnetForward,
  convnetInitial,
  convnetParameters,
} from '../../../core/nets/convnet.ts';
import { unflatten } from '../../../core/nets/weights.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { crossEntropy } from '../../../core/tensor/cross-entropy.ts';
import { registerSecondOrderGradients } from '../../../core/tensor/second-order.ts';
import { testableBackends } from '../../support/backends.ts';
import { gradientError, normal } from '../../support/finite-differences.ts';

const TOY: ConvNetSpec = { size: 8, channels: 2, classes: 3, widths: [4, 4, 6], norm: 'instance' };
const SPECS = { instance: TOY, group: { ...TOY, norm: 2 }, none: { ...TOY, norm: 'none' } } as const;

const parametersFor = (spec: ConvNetSpec, seed: number): tf.Tensor[] =>
  tf.tidy(() => unflatten(tf.tensor1d(convnetInitial(spec, [seed])), convnetParameters(spec)));

describe('the parameters of a ConvNet', () => {
  const sizes = (spec: ConvNetSpec) => convnetInitial(spec, [0]).length;

  it('are as many as the reference has for CIFAR-10, less the biases that a norm cancels', () => {
    // 320,010 in the reference, which has three biases of 128.
    expect(sizes(convnetD({ size: 32, channels: 3, classes: 10 }))).toBe(320_010 - 3 * 128);
  });

  it('drop the odd pixel of each halving: 28 pixels end as 3', () => {
    expect(convnetEmbeddingSize(convnetD({ size: 28, channels: 1, classes: 10 }, 32))).toBe(9 * 32);
  });

  it('start within ±1/√inputs, gamma at 1 and beta at 0, as the reference draws them', () => {
    const spec = convnetD({ size: 8, channels: 1, classes: 4 }, 32);
    const theta = convnetInitial(spec, [1]);
    let offset = 0;
    const parts = convnetParameters(spec).map(({ name, shape }) => {
      const size = shape.reduce((product, side) => product * side, 1);
      offset += size;
      return [name, [...theta.subarray(offset - size, offset)]] as const;
    });
    const part = Object.fromEntries(parts) as Record<string, number[]>;
    const largest = (name: string) => Math.max(...part[name]!.map(Math.abs));
    expect(largest('conv1.kernel') * Math.sqrt(9 * 32)).toBeGreaterThan(0.98);
    expect(largest('conv1.kernel') * Math.sqrt(9 * 32)).toBeLessThanOrEqual(1);
    expect(largest('head.bias') * Math.sqrt(32)).toBeLessThanOrEqual(1);
    expect(new Set(part['conv2.gamma'])).toEqual(new Set([1]));
    expect(new Set(part['conv0.beta'])).toEqual(new Set([0]));
  });

  it('are the same for the same stream and others for another, so that a matching step can be repeated', () => {
    expect(convnetInitial(TOY, [1])).toEqual(convnetInitial(TOY, [1]));
    expect(convnetInitial(TOY, [1])).not.toEqual(convnetInitial(TOY, [2]));
  });
});

describe.each(testableBackends())('a ConvNet on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
    registerSecondOrderGradients();
  });

  it('computes what its blocks written in plain operations compute', () => {
    const parameters = parametersFor(TOY, 1);
    const x = normal([3, 8, 8, 2], 1) as tf.Tensor4D;
    let hidden = x;
    for (let i = 0; i < 3; i++) {
      const [kernel, gamma, beta] = parameters.slice(3 * i, 3 * i + 3);
      const y = tf.conv2d(hidden, kernel as tf.Tensor4D, 1, 'same');
      const { mean, variance } = tf.moments(y, [1, 2], true);
      const z = tf.add(tf.mul(tf.div(tf.sub(y, mean), tf.sqrt(tf.add(variance, 1e-5))), gamma!), beta!);
      hidden = tf.avgPool(tf.relu(z) as tf.Tensor4D, 2, 2, 'valid');
    }
    const [head, bias] = parameters.slice(-2) as [tf.Tensor2D, tf.Tensor1D];
    const expected = tf.add(tf.matMul(tf.reshape(hidden, [3, 6]), head), bias).dataSync();
    const seen = convnetForward(TOY, parameters, x);
    expect(seen.shape).toEqual([3, 3]);
    seen.dataSync().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
    expect(convnetFeatures(TOY, parameters.slice(0, -2), x).shape).toEqual([3, 6]);
  });

  it.each(Object.entries(SPECS))('with %s norm has the gradient that central differences have', (_, spec) => {
    const x = normal([3, 8, 8, 2], 2) as tf.Tensor4D;
    const targets = tf.softmax(normal([3, 3], 3)) as tf.Tensor2D;
    const loss = (theta: tf.Tensor) =>
      crossEntropy(convnetForward(spec, unflatten(theta as tf.Tensor1D, convnetParameters(spec)), x), targets);
    expect(gradientError(loss, tf.tensor1d(convnetInitial(spec, [4])), 24, 1e-3)).toBeLessThan(1e-2);
  });

  it.each(Object.entries(SPECS).flatMap(([norm, spec]) => [1, 2].map((seed) => [norm, seed, spec] as const)))(
    'with %s norm and seed %i can be distilled by matching gradients',
    (_, seed, spec) => {
      const parameters = parametersFor(spec, seed);
      const [real, start] = [normal([4, 8, 8, 2], seed + 10), normal([3, 8, 8, 2], seed + 20)];
      const [realTargets, targets] = [tf.softmax(normal([4, 3], 7)), tf.oneHot([0, 1, 2], 3)];
      const gradients = (x: tf.Tensor, t: tf.Tensor): tf.Tensor[] =>
        tf.grads((...p: tf.Tensor[]) =>
          crossEntropy(convnetForward(spec, p, x as tf.Tensor4D), tf.cast(t, 'float32') as tf.Tensor2D),
        )(parameters);
      const wanted = gradients(real, realTargets);
      const distance = (x: tf.Tensor): tf.Scalar =>
        tf.addN(
          gradients(x, targets).map((g, i) => {
            const product = tf.sum(tf.mul(g, wanted[i]!));
            return tf.sub(1, tf.div(product, tf.mul(tf.norm(g), tf.norm(wanted[i]!))));
          }),
        ) as tf.Scalar;
      expect(gradientError(distance, start, 8, 3e-3, 1e-3)).toBeLessThan(1e-2);
    },
  );
});
