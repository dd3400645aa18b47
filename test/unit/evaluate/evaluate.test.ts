import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DistilledImages } from '../../../core/artifacts/distilled.ts';
import { EARLIER_AUGMENTATION } from '../../../core/contracts/augmentation.ts';
import { concatImages, toFloats } from '../../../core/data/images.ts';
import { standardised } from '../../../core/data/standardise.ts';
import { boost, labelledWith, viewsWith } from '../../../core/evaluate/boost.ts';
import { scoreSet, trainOnSet } from '../../../core/evaluate/only.ts';
import { predictBenchmark } from '../../../core/evaluate/predict-benchmark.ts';
import { toHalfPrecision } from '../../../core/format/half.ts';
import { scorePredictions } from '../../../core/statistics/score-predictions.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { fitNet } from '../../../core/train/fit-net.ts';
import { recalibrateBatchNorm } from '../../../core/train/recalibrate-batch-norm.ts';
import { type TrainingData, withHardLabels } from '../../../core/train/training-data.ts';
import { bytesOf, SIZE, toyConfig, toyNet, toySet, toyWeights } from '../../support/toy.ts';

const config = toyConfig({ net: { width: 8 } });
const labelled = toySet(4, 2, 1);

/** The labelled images, and some more with labels of their own. */
const adding = (extra?: TrainingData) => labelledWith(labelled, 2, extra, config);

/** Four real images as a distilled set with hard labels. */
const distilled = (): DistilledImages => {
  const { pixels, labels } = toySet(2, 2, 3);
  const targets = new Float32Array(8);
  labels.forEach((label, i) => (targets[i * 2 + label] = 1));
  return {
    size: SIZE,
    channels: 1,
    count: 4,
    spec: {
      spec: { method: 'random', ipc: 2 },
      draw: 0,
      classes: ['calm', 'glad'],
      size: SIZE,
      channels: 1,
      factor: 1,
      images: 4,
      normalization: { kind: 'per-image', deviationFloor: 0.02 },
      provenance: [['a'], ['b'], ['c'], ['d']],
    },
    pixels: Float32Array.from(pixels, (x) => x / 255),
    labels: targets,
    classOf: labels,
  };
};

describe('evaluation', () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
  });

  it('scores a net as it predicts: all right where it learned the classes', async () => {
    const set = withHardLabels(toySet(8, 2, 1), 2, 0);
    const start = toyWeights(1, 2);
    const { weights } = await fitNet(start.net, {
      hyperparameters: { steps: 26, learningRate: 1e-2, weightDecay: 0, mixup: 0, ema: 0.8 },
      mixture: [{ set, perBatch: 8 }],
      parameters: start.parameters,
      augmentation: EARLIER_AUGMENTATION,
      recalibrateOn: set,
      stream: ['score'],
    });
    const before = tf.memory().numTensors;
    const benchmark = toySet(5, 2, 77);
    const p = await predictBenchmark([weights], benchmark);
    expect(scorePredictions(p, benchmark.labels, 2)).toMatchObject({
      accuracy: 1,
      macroRecall: 1,
      confusion: [
        [5, 0],
        [0, 5],
      ],
    });
    // What is scored is what half floats can hold: whoever recounts the stored predictions gets the same.
    expect(bytesOf(toHalfPrecision(p))).toEqual(bytesOf(p));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gives a set the same worth each time, and another seed its own net', async () => {
    const [a, b, c] = await Promise.all([0, 0, 1].map((seed) => trainOnSet(distilled(), config, seed)));
    expect(a!.net).toEqual(toyNet(2));
    expect(bytesOf(a!.parameters)).toEqual(bytesOf(b!.parameters));
    expect(bytesOf(a!.parameters)).not.toEqual(bytesOf(c!.parameters));
    const benchmark = toySet(3, 2, 5);
    const expected = scorePredictions(await predictBenchmark([a!], benchmark), benchmark.labels, 2);
    expect(await scoreSet(distilled(), benchmark, config, 0)).toEqual(expected);
  });

  it('boosts a copy: the primitive that all arms start from stays as it was', async () => {
    const primitive = toyWeights(5, 2);
    const [parameters, stats] = [primitive.parameters, primitive.batchNormStats].map((values) =>
      bytesOf(values.slice()),
    );
    const alone = await boost(primitive, adding(), config, ['boost/none', 0]);
    const more = await boost(primitive, adding(withHardLabels(toySet(3, 2, 9), 2, 0)), config, ['boost/none', 0]);
    expect(bytesOf(primitive.parameters)).toEqual(parameters);
    expect(bytesOf(primitive.batchNormStats)).toEqual(stats);
    expect(bytesOf(alone.parameters)).not.toEqual(parameters);
    expect(bytesOf(more.parameters)).not.toEqual(bytesOf(alone.parameters));
    const again = await boost(primitive, adding(), config, ['boost/none', 0]);
    expect(bytesOf(again.parameters)).toEqual(bytesOf(alone.parameters));
  });

  it('starts a boost from the primitive and not from nothing: its weights move by little', async () => {
    const primitive = toyWeights(5, 2);
    const { parameters } = await boost(primitive, adding(), config, ['boost/none', 1]);
    // Three steps of at most 1e-3 each, and a little decay.
    parameters.forEach((value, i) => expect(Math.abs(value - primitive.parameters[i]!)).toBeLessThan(0.005));
  });

  it('measures how layers are driven by labelled images and by mixed views: by the images alone a boost took five points from textures', async () => {
    const mixed = standardised(toFloats(toySet(3, 2, 7)).pixels, SIZE * SIZE);
    const views = {
      ...withHardLabels(toySet(3, 2, 7), 2, 0),
      make: (i: number) => mixed.slice(i * SIZE * SIZE, (i + 1) * SIZE * SIZE),
    };
    const { net, parameters, batchNormStats } = await boost(
      toyWeights(5, 2),
      viewsWith(labelled, views, undefined, config),
      config,
      ['boost/no-pool', 0],
    );
    const both = concatImages([toFloats(labelled), { size: SIZE, channels: 1, count: 6, pixels: mixed }]);
    expect(bytesOf(batchNormStats)).toEqual(bytesOf(recalibrateBatchNorm(net, parameters, both)));
    expect(bytesOf(batchNormStats)).not.toEqual(bytesOf(recalibrateBatchNorm(net, parameters, labelled)));
  });
});
