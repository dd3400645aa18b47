import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { NetName } from '../../../core/contracts/nets.ts';
import { trainForward } from '../../../core/nets/train-forward.ts';
import { freshParameters } from '../../../core/nets/weights.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { crossEntropy } from '../../../core/tensor/cross-entropy.ts';
import { flatten, unflatten } from '../../../core/tensor/flat.ts';
import { testableBackends } from '../../support/backends.ts';
import { normal } from '../../support/finite-differences.ts';
import { SIZE, toyNet } from '../../support/toy.ts';

const STEPS = 50;

describe.each(testableBackends())('tensors on %s are given back, or a long job runs out of memory', (backend) => {
  beforeAll(async () => {
    await selectBackend({ forced: backend });
  });

  it.each(NetName.options)(`after ${STEPS} steps of %s`, (name) => {
    const net = toyNet(2, 1, name);
    const [x, targets] = [normal([2, SIZE, SIZE, 1], 1) as tf.Tensor4D, tf.tensor2d([1, 0, 0, 1], [2, 2])];
    const gradients = tf.grads((...p: tf.Tensor[]) => crossEntropy(trainForward(net, p, x), targets));
    let current = tf.tensor1d(freshParameters(net, [1]));
    const before = tf.memory().numTensors;
    for (let i = 0; i < STEPS; i++) {
      const moved = tf.tidy(() => {
        const found = gradients(unflatten(current, net.parameters));
        return tf.sub(current, tf.mul(flatten(found), 0.01)) as tf.Tensor1D;
      });
      current.dispose();
      current = moved;
    }
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.all(tf.isFinite(current)).dataSync()[0]).toBe(1);
  });
});
