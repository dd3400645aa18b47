import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { convnetOf } from '../../../core/contracts/nets/convnet.ts';
import { buildNet, type Net, netOf } from '../../../core/nets/net.ts';
import { trainForward } from '../../../core/nets/train-forward.ts';
import { freshParameters, parameterCount } from '../../../core/nets/weights.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { sizeOf, unflatten } from '../../../core/tensor/flat.ts';
import { testableBackends } from '../../support/backends.ts';
import { normal } from '../../support/finite-differences.ts';

const convnet = (width: number, size: number, channels: number, classes: number): Net =>
  netOf({ name: 'convnet', width, size, channels, classes });

describe('the parameters of a ConvNet', () => {
  it('are as many as the reference has for CIFAR-10, less the biases that a norm cancels', () => {
    // 320,010 in the reference, which has three biases of 128.
    expect(parameterCount(convnet(128, 32, 3, 10))).toBe(320_010 - 3 * 128);
  });

  it('drop the odd pixel of each halving: 28 pixels end as 3', () => {
    expect(convnet(32, 28, 1, 10).embeddingSize).toBe(9 * 32);
  });

  it('start within ±1/√inputs, gamma at 1 and beta at 0, as the reference draws them', () => {
    const net = convnet(32, 8, 1, 4);
    const parameters = freshParameters(net, [1]);
    let offset = 0;
    const parts = net.parameters.map((spec) => {
      offset += sizeOf(spec);
      return [spec.name, [...parameters.subarray(offset - sizeOf(spec), offset)]] as const;
    });
    const part = Object.fromEntries(parts) as Record<string, number[]>;
    const largest = (name: string) => Math.max(...part[name]!.map(Math.abs));
    expect(largest('conv1.kernel') * Math.sqrt(9 * 32)).toBeGreaterThan(0.98);
    expect(largest('conv1.kernel') * Math.sqrt(9 * 32)).toBeLessThanOrEqual(1);
    expect(largest('head.bias') * Math.sqrt(32)).toBeLessThanOrEqual(1);
    expect(largest('head.bias')).toBeGreaterThan(0);
    expect(new Set(part['conv2.gamma'])).toEqual(new Set([1]));
    expect(new Set(part['conv0.beta'])).toEqual(new Set([0]));
  });
});

describe.each(testableBackends())('a ConvNet on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
  });

  it('computes what its blocks written in plain operations compute', () => {
    const net = buildNet(convnetOf([4, 4, 6]), { size: 8, channels: 2, classes: 3 });
    const parameters = unflatten(tf.tensor1d(freshParameters(net, [1])), net.parameters);
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
    const seen = trainForward(net, parameters, x);
    expect(seen.shape).toEqual([3, 3]);
    seen.dataSync().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
  });
});
