import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ConvNetSpec, convnetForward, convnetInitial, convnetParameters } from '../../../core/nets/convnet.ts';
import { parametersOf, trainForward } from '../../../core/nets/k2.ts';
import { flatten, initialTheta, unflatten } from '../../../core/nets/weights.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { crossEntropy } from '../../../core/tensor/cross-entropy.ts';
import { registerSecondOrderGradients } from '../../../core/tensor/second-order.ts';
import { testableBackends } from '../../support/backends.ts';
import { normal } from '../../support/finite-differences.ts';

const TINY: ConvNetSpec = { size: 4, channels: 1, classes: 2, widths: [2, 2], norm: 'instance' };
const K2 = { width: 1, channels: 1, classes: 2 };

/** Runs `step` many times on a vector that it replaces; how many tensors there are more afterwards. */
const leaked = (start: Float32Array | tf.Tensor, steps: number, step: (current: tf.Tensor) => tf.Tensor): number => {
  let current: tf.Tensor = start instanceof tf.Tensor ? start : tf.tensor1d(start);
  const before = tf.memory().numTensors;
  for (let i = 0; i < steps; i++) {
    const next = tf.tidy(() => tf.keep(step(current)));
    current.dispose();
    current = next;
  }
  const after = tf.memory().numTensors;
  expect(tf.all(tf.isFinite(current)).dataSync()[0]).toBe(1);
  current.dispose();
  return after - before;
};

describe.each(testableBackends())('tensors on %s are given back, or a long job runs out of memory', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
    registerSecondOrderGradients();
  });

  const targets = () => tf.tensor2d([1, 0, 0, 1], [2, 2]);
  const descend = (theta: tf.Tensor, gradients: tf.Tensor[]): tf.Tensor =>
    tf.sub(theta, tf.mul(flatten(gradients), 0.01));

  it('after 1,000 steps of a ConvNet', () => {
    const specs = convnetParameters(TINY);
    const [x, t] = [normal([2, 4, 4, 1], 1) as tf.Tensor4D, targets()];
    const step = (theta: tf.Tensor) =>
      descend(
        theta,
        tf.grads((...p: tf.Tensor[]) => crossEntropy(convnetForward(TINY, p, x), t))(
          unflatten(theta as tf.Tensor1D, specs),
        ),
      );
    expect(leaked(convnetInitial(TINY, [1]), 1000, step)).toBe(0);
  });

  it('after 200 steps of k2', () => {
    const [x, t] = [normal([2, 16, 16, 1], 1) as tf.Tensor4D, targets()];
    const step = (theta: tf.Tensor) =>
      descend(
        theta,
        tf.grads((...p: tf.Tensor[]) => crossEntropy(trainForward(K2, p, x), t))(
          unflatten(theta as tf.Tensor1D, parametersOf(K2)),
        ),
      );
    expect(leaked(initialTheta(K2, [1]), 200, step)).toBe(0);
  });

  it('after 200 steps that differentiate a gradient by the images', () => {
    const parameters = unflatten(tf.tensor1d(convnetInitial(TINY, [2])), convnetParameters(TINY));
    const t = targets();
    const size = (x: tf.Tensor): tf.Scalar =>
      tf.addN(
        tf
          .grads((...p: tf.Tensor[]) => crossEntropy(convnetForward(TINY, p, x as tf.Tensor4D), t))(parameters)
          .map((g) => tf.sum(tf.square(g))),
      ) as tf.Scalar;
    const step = (x: tf.Tensor) => tf.sub(x, tf.mul(tf.grad(size as (x: tf.Tensor) => tf.Tensor)(x), 0.01));
    expect(leaked(normal([2, 4, 4, 1], 3), 200, step)).toBe(0);
  });
});
