import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { EARLIER_AUGMENTATION } from '../../../core/contracts/augmentation.ts';
import { NetName } from '../../../core/contracts/nets.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../core/format/safetensors.ts';
import { predictor } from '../../../core/inference/predictor.ts';
import { argmaxRows } from '../../../core/nets/logits.ts';
import { graphTensors, runGraph } from '../../../core/nets/run-graph.ts';
import { trainForward } from '../../../core/nets/train-forward.ts';
import { freshParameters, weightsFromTensors, weightsToTensors } from '../../../core/nets/weights.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { crossEntropy } from '../../../core/tensor/cross-entropy.ts';
import { flatten, unflatten } from '../../../core/tensor/flat.ts';
import { fitNet } from '../../../core/train/fit-net.ts';
import { withHardLabels } from '../../../core/train/training-data.ts';
import { testableBackends } from '../../support/backends.ts';
import { gradientError, normal } from '../../support/finite-differences.ts';
import { bytesOf, SIZE, toyNet, toySet, toyWeights } from '../../support/toy.ts';

describe.each(NetName.options)('the weights of %s', (name) => {
  const net = toyNet(5, 3, name);

  it('are drawn from the stream alone: paired nets start alike, other nets do not', () => {
    expect(bytesOf(freshParameters(net, [0, 1]))).toEqual(bytesOf(freshParameters(net, [0, 1])));
    expect(bytesOf(freshParameters(net, [0, 1]))).not.toEqual(bytesOf(freshParameters(net, [0, 2])));
  });

  it('survive the model file bit by bit', () => {
    const weights = toyWeights(3, 5, 3, name);
    weights.batchNormStats.forEach((_, i) => (weights.batchNormStats[i] = Math.fround(1 / (i + 1))));
    const { tensors } = decodeSafetensors(encodeSafetensors(weightsToTensors(weights)));
    const read = weightsFromTensors(net, tensors);
    expect(bytesOf(read.parameters)).toEqual(bytesOf(weights.parameters));
    expect(bytesOf(read.batchNormStats)).toEqual(bytesOf(weights.batchNormStats));
  });

  it('are refused where a tensor is missing or of another shape, and the message names it', () => {
    const tensors = weightsToTensors(toyWeights(0, 5, 3, name));
    const [first] = net.parameters;
    const { [first!.name]: gone, ...rest } = tensors;
    expect(gone).toBeDefined();
    expect(() => weightsFromTensors(net, rest)).toThrow(
      `Model tensor "${first!.name}" must be [${first!.shape}]. Received [nothing].`,
    );
    expect(() => weightsFromTensors(toyNet(7, 3, name), tensors)).toThrow(
      `Model tensor "head.kernel" must be [${net.embeddingSize},7]. Received [${net.embeddingSize},5].`,
    );
  });
});

const EACH = testableBackends().flatMap((backend) => NetName.options.map((name) => [name, backend] as const));

describe.each(EACH)('%s on %s', (name, backend) => {
  beforeAll(async () => {
    await selectBackend({ forced: backend });
  });

  /** Gamma, beta and bias away from 1 and 0, or a wrong fold could hide. */
  const uneven = (parameters: Float32Array): Float32Array =>
    parameters.map((value, i) => value + 0.05 * Math.sin(i + 1));

  it('predicts what it learned with, if the statistics are those of the batch', () => {
    const net = toyNet(5, 3, name);
    const parameters = uneven(freshParameters(net, ['fold']));
    const images = normal([6, SIZE, SIZE, 3], 8) as tf.Tensor4D;
    const found: tf.Tensor[] = [tf.tensor1d([])];
    const tensors = unflatten(tf.tensor1d(parameters), net.parameters);
    const expected = trainForward(net, tensors, images, ({ mean, variance }) => found.push(mean, variance));
    const batchNormStats = flatten(found).dataSync() as Float32Array;
    const { graph } = net;
    const logits = runGraph(graph, graphTensors({ net, parameters, batchNormStats }), { images }, graph.logits);
    expect(logits.shape).toEqual([6, 5]);
    const seen = logits.dataSync();
    expected.dataSync().forEach((value, i) => expect(seen[i]).toBeCloseTo(value, 3));
  });

  it('has the gradient that central differences have, or it would learn the wrong thing', () => {
    const net = toyNet(3, 1, name);
    const images = normal([4, SIZE, SIZE, 1], 2) as tf.Tensor4D;
    const targets = tf.softmax(normal([4, 3], 3)) as tf.Tensor2D;
    const loss = (flat: tf.Tensor) =>
      crossEntropy(trainForward(net, unflatten(flat as tf.Tensor1D, net.parameters), images), targets);
    const parameters = tf.tensor1d(uneven(freshParameters(net, [4])));
    expect(gradientError(loss, parameters, 24, 3e-3, 1e-3, 3e-4)).toBeLessThan(2e-2);
  });

  it('has features whose gradient by the images is right, or a distiller would follow a wrong one', () => {
    const { net, ...values } = toyWeights(1, 2, 1, name);
    const { graph } = net;
    const tensors = graphTensors({ net, ...values });
    const loss = (images: tf.Tensor) =>
      tf.sum(tf.square(runGraph(graph, tensors, { images }, graph.features))) as tf.Scalar;
    expect(gradientError(loss, normal([2, SIZE, SIZE, 1], 5), 24, 3e-3, 1e-3, 3e-4)).toBeLessThan(2e-2);
  });

  it('learns to tell clearly different classes apart on images that it has not seen', async () => {
    const net = toyNet(2, 1, name);
    const set = withHardLabels(toySet(8, 2, 1), 2, 0);
    const { weights, losses } = await fitNet(net, {
      hyperparameters: { steps: 30, learningRate: 1e-2, weightDecay: 0, mixup: 0, ema: 0.8 },
      mixture: [{ set, perBatch: 8 }],
      parameters: freshParameters(net, ['fit']),
      augmentation: EARLIER_AUGMENTATION,
      recalibrateOn: set,
      stream: ['learn'],
    });
    const unseen = toySet(10, 2, 99);
    const model = await predictor(weights);
    const { embeddings, logits } = await model.predict(unseen);
    model.dispose();
    expect(embeddings).toHaveLength(20 * net.embeddingSize);
    const right = argmaxRows(logits, 2).filter((label, i) => label === unseen.labels[i]);
    expect(right.length).toBeGreaterThanOrEqual(19);
    expect(losses.at(-1)!.loss).toBeLessThan(losses[0]!.loss / 2);
  });

  it('gives every tensor back, or a long job runs out of memory', async () => {
    const net = toyNet(2, 1, name);
    const set = withHardLabels(toySet(2, 2, 1), 2, 0);
    const before = tf.memory().numTensors;
    const { weights } = await fitNet(net, {
      hyperparameters: { steps: 3, learningRate: 1e-3, weightDecay: 0, mixup: 0, ema: 0.5 },
      mixture: [{ set, perBatch: 4 }],
      parameters: freshParameters(net, ['fit']),
      augmentation: EARLIER_AUGMENTATION,
      recalibrateOn: set,
      stream: ['leak'],
    });
    expect(tf.memory().numTensors).toBe(before);
    const model = await predictor(weights);
    const held = tf.memory().numTensors;
    await model.predict(set);
    expect(tf.memory().numTensors).toBe(held);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
