import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { conv2d } from '../../../core/tensor/conv.ts';
import { crossEntropy, logSoftmax } from '../../../core/tensor/cross-entropy.ts';
import { groupNorm } from '../../../core/tensor/group-norm.ts';
import { batchNormRelu } from '../../../core/tensor/norm.ts';
import { registerSecondOrderGradients } from '../../../core/tensor/second-order.ts';
import { testableBackends } from '../../support/backends.ts';
import { gradientError, hessianError, normal, ofFlat, weighed } from '../../support/finite-differences.ts';

interface Case {
  readonly shapes: number[][];
  readonly of: (...tensors: tf.Tensor[]) => tf.Tensor;
  /** Where a kink is near, differences must be small. */
  readonly step?: number;
  readonly tolerance?: number;
}

const image = [2, 5, 5, 2];
const convolution = (stride: 1 | 2, kernel: number, size: number): Case => ({
  shapes: [
    [2, size, size, 2],
    [kernel, kernel, 2, 3],
  ],
  of: (x, w) => conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride),
});
const norm = (groups: number, tail: 'nothing' | 'relu' | 'relu-pool', size = 6): Case => ({
  shapes: [[2, size, size, 4], [4], [4]],
  of: (x, gamma, beta) => groupNorm(x as tf.Tensor4D, gamma as tf.Tensor1D, beta as tf.Tensor1D, groups, tail),
  step: tail === 'nothing' ? 3e-3 : 3e-4,
  tolerance: tail === 'nothing' ? 3e-3 : 1e-2,
});

const CASES: Readonly<Record<string, Case>> = {
  'convolution 3×3': convolution(1, 3, 5),
  'convolution 5×5': convolution(1, 5, 6),
  'convolution 5×5, stride 2, even size': convolution(2, 5, 8),
  'convolution 5×5, stride 2, odd size': convolution(2, 5, 7),
  'convolution 3×3, stride 2': convolution(2, 3, 6),
  'average pool': { shapes: [image], of: (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid') },
  'matrix product and bias': {
    shapes: [[3, 4], [4, 5], [5]],
    of: (x, w, b) => tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b!),
  },
  'instance norm': norm(4, 'nothing'),
  'instance norm, ReLU': norm(4, 'relu'),
  'instance norm, ReLU, pool': norm(4, 'relu-pool'),
  'instance norm, ReLU, pool, odd size': norm(4, 'relu-pool', 5),
  'group norm': norm(2, 'nothing'),
  'group norm, ReLU, pool': norm(2, 'relu-pool'),
  'layer norm (one group)': norm(1, 'nothing'),
  'batch norm, ReLU': {
    shapes: [[2, 4, 4, 2], [2], [2]],
    of: (x, gamma, beta) => batchNormRelu(x as tf.Tensor4D, gamma as tf.Tensor1D, beta as tf.Tensor1D),
    step: 3e-4,
    tolerance: 1e-2,
  },
  relu: { shapes: [image], of: (x) => tf.relu(x!), step: 1e-4, tolerance: 5e-3 },
  tanh: { shapes: [image], of: (x) => tf.tanh(x!) },
  softplus: { shapes: [image], of: (x) => tf.softplus(x!) },
  sigmoid: { shapes: [image], of: (x) => tf.sigmoid(x!) },
  exp: { shapes: [image], of: (x) => tf.exp(x!) },
  softmax: { shapes: [[3, 4]], of: (x) => tf.softmax(x!) },
  logSoftmax: { shapes: [[3, 4]], of: (x) => logSoftmax(x as tf.Tensor2D) },
  'cross-entropy by logits and targets': {
    shapes: [
      [3, 4],
      [3, 4],
    ],
    of: (z, t) => crossEntropy(z as tf.Tensor2D, tf.softmax(t!) as tf.Tensor2D),
  },
  'where, maximum and clip': {
    shapes: [image],
    of: (x) => tf.mul(tf.maximum(x!, 0.3), tf.where(tf.greater(x!, -0.2), tf.square(x!), x!)),
    step: 1e-4,
    tolerance: 5e-3,
  },
};

describe.each(testableBackends())('second derivatives on %s, or a distiller would follow a wrong gradient', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
    registerSecondOrderGradients();
  });

  it.each(Object.entries(CASES))('%s', (_, { shapes, of, step = 3e-3, tolerance = 3e-3 }) => {
    for (const seed of [1, 2, 3]) {
      // Squared, so that an operation that is linear in its input has second derivatives, too.
      const { size, loss } = ofFlat(shapes, (...tensors) => weighed(tf.square(of(...tensors))));
      const at = normal([size], seed);
      expect.soft(gradientError(loss, at, 8, step)).toBeLessThan(tolerance);
      expect.soft(hessianError(loss, at, seed, step)).toBeLessThan(tolerance);
      at.dispose();
    }
  });
});

describe('operations whose second derivative is silently wrong and cannot be repaired', () => {
  const root = resolve(import.meta.dirname, '../../../core');
  const REPLACED = /tf\.(logSoftmax|logSumExp|losses\.)/;

  it('are used nowhere in the core but behind a gradient of ours', () => {
    const using = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && path !== 'tensor/cross-entropy.ts')
      .filter((path) => REPLACED.test(readFileSync(join(root, path), 'utf8').replaceAll(/^\s*\*.*$/gm, '')));
    expect(using).toEqual([]);
  });

  it('would be found', () => {
    expect('tf.logSoftmax(z)').toMatch(REPLACED);
  });
});
