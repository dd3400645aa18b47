import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { EARLIER_AUGMENTATION } from '../../../core/contracts/augmentation.ts';
import { predictor } from '../../../core/inference/predictor.ts';
import { argmaxRows } from '../../../core/nets/logits.ts';
import { netOf } from '../../../core/nets/net.ts';
import { freshParameters } from '../../../core/nets/weights.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { DivergedError, type FitOptions, fitNet } from '../../../core/train/fit-net.ts';
import { emaAt, learningRateAt } from '../../../core/train/hyperparameters.ts';
import { recalibrateBatchNorm } from '../../../core/train/recalibrate-batch-norm.ts';
import { withHardLabels } from '../../../core/train/training-data.ts';
import { testableLearners } from '../../support/backends.ts';
import { bytesOf, toyNet, toySet } from '../../support/toy.ts';

const NET = toyNet(2);
const SET = withHardLabels(toySet(8, 2, 1), 2, 0);

const options = (
  hyperparameters: Partial<FitOptions['hyperparameters']> = {},
  stream: readonly string[] = ['s'],
): FitOptions => ({
  hyperparameters: { steps: 4, learningRate: 5e-3, weightDecay: 1e-3, mixup: 0.3, ema: 0.5, ...hyperparameters },
  mixture: [{ set: SET, perBatch: 8 }],
  parameters: freshParameters(NET, ['fit']),
  augmentation: EARLIER_AUGMENTATION,
  recalibrateOn: SET,
  stream,
});

describe('Function: learningRateAt', () => {
  const hyperparameters = { ...options().hyperparameters, steps: 100, learningRate: 0.2 };

  it('rises in a straight line over the first twentieth and then falls as a cosine to almost nothing', () => {
    expect(learningRateAt(0, hyperparameters)).toBeCloseTo(0.04, 10);
    expect(learningRateAt(4, hyperparameters)).toBeCloseTo(0.2, 10);
    expect(learningRateAt(5, hyperparameters)).toBeCloseTo(0.2, 10);
    expect(learningRateAt(5 + 95 / 2, hyperparameters)).toBeCloseTo(0.1, 10);
    expect(learningRateAt(99, hyperparameters)).toBeGreaterThan(0);
    expect(learningRateAt(99, hyperparameters)).toBeLessThan(0.2 / 1000);
  });

  it('is the peak and not a division by zero where there is one step only', () => {
    expect(learningRateAt(0, { ...hyperparameters, steps: 1 })).toBeCloseTo(0.2, 10);
  });
});

describe('Function: emaAt', () => {
  it('forgets the fresh weights first and reaches the recipe’s decay later', async () => {
    expect(emaAt(0, 0.99)).toBeCloseTo(0.1, 10);
    expect(emaAt(89, 0.99)).toBeCloseTo(90 / 99, 10);
    expect(emaAt(10_000, 0.99)).toBe(0.99);
    expect(emaAt(500, 0)).toBe(0);
  });
});

describe.each(testableLearners())('Function: fitNet on %s', (_, engines) => {
  beforeAll(async () => {
    await selectBackend(engines);
  });

  it('learns to tell two clearly different classes apart on images it has not seen', async () => {
    const { weights, losses } = await fitNet(NET, options({ steps: 30, learningRate: 1e-2, mixup: 0, ema: 0.8 }));
    const unseen = toySet(10, 2, 99);
    const model = await predictor(weights);
    const right = argmaxRows((await model.predict(unseen)).logits, 2).filter((label, i) => label === unseen.labels[i]);
    model.dispose();
    expect(right.length).toBeGreaterThanOrEqual(19);
    expect(losses.map(({ step }) => step)).toEqual([1, 26, 30]);
    expect(losses[2]!.loss).toBeLessThan(losses[0]!.loss / 2);
  });

  it('gives the same bytes for the same seed and others for another, or no run could be repeated', async () => {
    const [a, b, c] = [
      await fitNet(NET, options()),
      await fitNet(NET, options()),
      await fitNet(NET, options({}, ['other'])),
    ];
    expect(bytesOf(a.weights.parameters)).toEqual(bytesOf(b.weights.parameters));
    expect(bytesOf(a.weights.batchNormStats)).toEqual(bytesOf(b.weights.batchNormStats));
    expect(bytesOf(a.weights.parameters)).not.toEqual(bytesOf(c.weights.parameters));
    expect(a.weights.parameters.every((value) => Number.isFinite(value))).toBe(true);
  });

  it('leaves no tensor behind and the start weights untouched', async () => {
    const given = options();
    const copy = bytesOf(given.parameters.slice());
    const before = tf.memory().numTensors;
    await fitNet(NET, given);
    expect(tf.memory().numTensors).toBe(before);
    expect(bytesOf(given.parameters)).toEqual(copy);
  });

  it('stops with a clear word when the loss is no number, instead of saving a dead net', async () => {
    const absurd = () => fitNet(NET, options({ steps: 8, learningRate: 1e30, mixup: 0 }));
    await expect(absurd()).rejects.toThrow(DivergedError);
    await expect(absurd()).rejects.toThrow(/not a number at step 7\. Lower the learning rate \(1e\+30\)/);
  });
});

describe('the batch-norm statistics of a trained net', () => {
  it('are those of the images named for it, so that prediction fits the weights that are kept', async () => {
    await selectBackend({ forced: 'wasm' });
    const one = await fitNet(NET, options());
    const other = await fitNet(NET, { ...options(), recalibrateOn: withHardLabels(toySet(8, 2, 5), 2, 0) });
    expect(bytesOf(one.weights.parameters)).toEqual(bytesOf(other.weights.parameters));
    expect(bytesOf(one.weights.batchNormStats)).not.toEqual(bytesOf(other.weights.batchNormStats));
    // conv0 … conv4 of 4, 8, 8, 16 and 16 channels, a mean and a variance each.
    expect(one.weights.batchNormStats).toHaveLength(2 * 52);
    expect(one.weights.batchNormStats.slice(4, 8).every((variance) => variance > 0)).toBe(true);
  });

  it('take as many images as fit, or a wide net would need more memory than wasm has', async () => {
    await selectBackend({ forced: 'wasm' });
    const wide = netOf({ name: 'k2', width: 256, size: 128, channels: 1, classes: 2 });
    // The first map has 64 × 64 × 256 numbers of four bytes: 4 MiB of the 128 that it may take.
    const rows: number[] = [];
    const engine = tf.engine();
    const { runKernel } = engine;
    engine.runKernel = ((kernel: string, inputs: tf.NamedTensorMap, attributes: object) => {
      if (kernel !== 'Conv2D') return runKernel.call(engine, kernel, inputs, attributes as never);
      rows.push(inputs.x!.shape[0]!);
      throw new Error('seen');
    }) as typeof runKernel;
    try {
      const set = { size: 128, channels: 1, count: 40, pixels: new Uint8Array(40 * 128 * 128) };
      expect(() => recalibrateBatchNorm(wide, freshParameters(wide, ['wide']), set)).toThrow('seen');
    } finally {
      engine.runKernel = runKernel;
    }
    expect(rows).toEqual([32]);
  });
});
