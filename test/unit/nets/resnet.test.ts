import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { netOf } from '../../../core/nets/net.ts';
import { graphTensors, runGraph } from '../../../core/nets/run-graph.ts';
import { trainForward } from '../../../core/nets/train-forward.ts';
import { freshParameters, parameterCount } from '../../../core/nets/weights.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { unflatten } from '../../../core/tensor/flat.ts';
import { testableBackends } from '../../support/backends.ts';
import { normal } from '../../support/finite-differences.ts';
import { SIZE, toyWeights } from '../../support/toy.ts';

describe('a residual net of width 64', () => {
  const net = netOf({ name: 'resnet', width: 64, size: 32, channels: 3, classes: 10 });

  it('is ResNet-18 as it is built for CIFAR-10, or its figures could be compared with nobody’s', () => {
    expect(parameterCount(net)).toBe(11_173_962);
    expect(net.embeddingSize).toBe(512);
  });

  it('has a 1×1 convolution around a block where the shape changes, and nowhere else', () => {
    const around = net.parameters.filter(({ name }) => name.endsWith('shortcut.kernel'));
    expect(around.map(({ name, shape }) => [name.split('.')[0], shape])).toEqual([
      ['stage1', [1, 1, 64, 128]],
      ['stage2', [1, 1, 128, 256]],
      ['stage3', [1, 1, 256, 512]],
    ]);
  });
});

describe.each(testableBackends())('a residual net on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
  });

  it('computes what its blocks written in plain operations compute', () => {
    const net = netOf({ name: 'resnet', width: 2, size: 16, channels: 1, classes: 3 });
    const flat = freshParameters(net, [1]);
    flat.forEach((value, i) => (flat[i] = value + 0.1 * Math.sin(i)));
    const tensors = unflatten(tf.tensor1d(flat), net.parameters);
    const of = (name: string): tf.Tensor => tensors[net.parameters.findIndex((spec) => spec.name === name)]!;
    const convolved = (x: tf.Tensor, part: string, stride: number): tf.Tensor => {
      const y = tf.conv2d(x as tf.Tensor4D, of(`${part}.kernel`) as tf.Tensor4D, stride, 'same');
      const { mean, variance } = tf.moments(y, [0, 1, 2]);
      const normal = tf.div(tf.sub(y, mean), tf.sqrt(tf.add(variance, 1e-5)));
      return tf.add(tf.mul(normal, of(`${part}.gamma`)), of(`${part}.beta`));
    };
    const x = normal([4, 16, 16, 1], 1) as tf.Tensor4D;
    let hidden: tf.Tensor = tf.relu(convolved(x, 'stem', 1));
    for (const stage of [0, 1, 2, 3]) {
      for (const block of [0, 1]) {
        const part = `stage${stage}.block${block}`;
        const stride = stage > 0 && block === 0 ? 2 : 1;
        const inner = convolved(tf.relu(convolved(hidden, `${part}.conv0`, stride)), `${part}.conv1`, 1);
        hidden = tf.relu(tf.add(inner, stride === 1 ? hidden : convolved(hidden, `${part}.shortcut`, 2)));
      }
    }
    expect(hidden.shape).toEqual([4, 2, 2, 16]);
    const head = of('head.kernel') as tf.Tensor2D;
    const expected = tf.add(tf.matMul(tf.mean(hidden, [1, 2]) as tf.Tensor2D, head), of('head.bias')).dataSync();
    trainForward(net, tensors, x)
      .dataSync()
      .forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 3));
  });

  it('holds no more than a few of its maps at once while it predicts, or mining would take gigabytes', () => {
    const { net, ...values } = toyWeights(1, 2, 1, 'resnet');
    const tensors = graphTensors({ net, ...values });
    const images = tf.zeros([2, SIZE, SIZE, 1]);
    const engine = tf.engine();
    const { runKernel } = engine;
    const before = tf.memory().numTensors;
    let most = 0;
    engine.runKernel = ((kernel: string, inputs: tf.NamedTensorMap, attributes: object) => {
      most = Math.max(most, tf.memory().numTensors - before);
      return runKernel.call(engine, kernel, inputs, attributes as never);
    }) as typeof runKernel;
    try {
      tf.tidy(() => void runGraph(net.graph, tensors, { images }, net.graph.embedding));
    } finally {
      engine.runKernel = runKernel;
    }
    expect(net.graph.nodes.length).toBeGreaterThan(60);
    expect(most).toBeLessThan(10);
  });
});
