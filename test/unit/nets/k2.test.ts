import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../../core/format/safetensors.ts';
import { featureMap, parametersOf, trainForward } from '../../../core/nets/k2.ts';
import { foldedTensors } from '../../../core/nets/predictor.ts';
import {
  flatten,
  initialTheta,
  parameterCount,
  unflatten,
  weightsFromTensors,
  weightsToTensors,
} from '../../../core/nets/weights.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { testableBackends } from '../../support/backends.ts';
import { bytesOf, toyWeights } from '../../support/toy.ts';

const SPEC = { width: 4, channels: 3, classes: 5 };

describe('the parameters of k2', () => {
  it('are as many as the layers say, or a model file of another version would pass for this one', () => {
    const [w, classes] = [32, 7];
    const kernels = 25 * w + 9 * (w * 2 * w + 2 * w * 2 * w + 2 * w * 4 * w + 4 * w * 4 * w);
    const norms = 2 * (w + 2 * w + 2 * w + 4 * w + 4 * w);
    const head = 4 * w * classes + classes;
    expect(parameterCount({ width: w, channels: 1, classes })).toBe(kernels + norms + head);
    expect(kernels + norms + head).toBe(279_015);
  });

  it('start at the scale that keeps signals alive: √(2/inputs) for kernels, gamma 1, beta and bias 0', () => {
    const spec = { width: 32, channels: 1, classes: 7 };
    const { tensors } = decodeSafetensors(
      encodeSafetensors(
        weightsToTensors({ spec, theta: initialTheta(spec, [1]), moments: new Float32Array(2 * 13 * 32) }),
      ),
    );
    const deviation = (name: string): number => {
      const values = [...tensors[name]!.data];
      return Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
    };
    expect(deviation('conv1.kernel') / Math.sqrt(2 / (9 * 32))).toBeCloseTo(1, 1);
    expect(deviation('head.kernel') / Math.sqrt(1 / 128)).toBeCloseTo(1, 0);
    expect(new Set(tensors['conv3.gamma']!.data)).toEqual(new Set([1]));
    expect(new Set([...tensors['conv3.beta']!.data, ...tensors['head.bias']!.data])).toEqual(new Set([0]));
  });

  it('are drawn from the stream alone: paired nets start alike, other nets do not', () => {
    expect(bytesOf(initialTheta(SPEC, [0, 1]))).toEqual(bytesOf(initialTheta(SPEC, [0, 1])));
    expect(bytesOf(initialTheta(SPEC, [0, 1]))).not.toEqual(bytesOf(initialTheta(SPEC, [0, 2])));
  });

  it('survive the model file bit by bit', () => {
    const weights = toyWeights(3, 5, 3);
    weights.moments.forEach((_, i) => (weights.moments[i] = Math.fround(1 / (i + 1))));
    const { tensors } = decodeSafetensors(encodeSafetensors(weightsToTensors(weights)));
    const read = weightsFromTensors(SPEC, tensors);
    expect(bytesOf(read.theta)).toEqual(bytesOf(weights.theta));
    expect(bytesOf(read.moments)).toEqual(bytesOf(weights.moments));
  });

  it('name the tensor that a model file lacks or has in another shape', () => {
    const tensors = weightsToTensors(toyWeights(0, 5, 3));
    const { 'conv2.gamma': gone, ...rest } = tensors;
    expect(gone!.shape).toEqual([8]);
    expect(() => weightsFromTensors(SPEC, rest)).toThrow('Model tensor "conv2.gamma" must be [8]. Received [nothing].');
    expect(() => weightsFromTensors({ ...SPEC, classes: 7 }, tensors)).toThrow(
      'Model tensor "head.kernel" must be [16,7]. Received [16,5].',
    );
  });
});

describe.each(testableBackends())('k2 on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
  });

  it('predicts with folded norms what it learned with, if the statistics are those of the batch', () => {
    const theta = initialTheta(SPEC, ['fold']);
    // Gamma, beta and bias away from 1 and 0, or a wrong fold could hide.
    theta.forEach((value, i) => (theta[i] = value + 0.1 * Math.sin(i)));
    const parameters = unflatten(tf.tensor1d(theta), parametersOf(SPEC));
    const x = tf.randomNormal([6, 16, 16, 3], 0, 1, 'float32', 8) as tf.Tensor4D;
    const found: tf.Tensor[] = [];
    const expected = trainForward(SPEC, parameters, x, ({ mean, variance }) => found.push(mean, variance));
    const moments = flatten(found).dataSync() as Float32Array;

    const folded = foldedTensors({ spec: SPEC, theta, moments });
    const [head, bias] = folded.slice(-2) as [tf.Tensor2D, tf.Tensor1D];
    const logits = tf.add(tf.matMul(tf.mean(featureMap(SPEC, folded, x), [1, 2]) as tf.Tensor2D, head), bias);

    const seen = logits.dataSync();
    expect(seen).toHaveLength(30);
    expected.dataSync().forEach((value, i) => expect(seen[i]).toBeCloseTo(value, 4));
  });

  it('halves the image three times, 16 pixels to a feature map of 2', () => {
    const folded = foldedTensors(toyWeights(1, 2));
    expect(featureMap(toyWeights(1, 2).spec, folded, tf.zeros([3, 16, 16, 1])).shape).toEqual([3, 2, 2, 16]);
  });
});
