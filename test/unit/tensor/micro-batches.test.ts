import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EARLIER_AUGMENTATION } from '../../../core/contracts/augmentation.ts';
import { predictor } from '../../../core/inference/predictor.ts';
import { freshParameters } from '../../../core/nets/weights.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { isOutOfMemory, microBatches } from '../../../core/tensor/micro-batches.ts';
import { fitNet } from '../../../core/train/fit-net.ts';
import { withHardLabels } from '../../../core/train/training-data.ts';
import { testableBackends } from '../../support/backends.ts';
import { toyNet, toySet, toyWeights } from '../../support/toy.ts';

const full = (): never => {
  throw new Error('Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[128,48,48,64] and type float');
};

let warnings: string[];
const note = ({ message }: Error): void => {
  warnings.push(message);
};

beforeEach(() => {
  warnings = [];
  process.on('warning', note);
});

afterEach(() => process.off('warning', note));

describe('Function: microBatches', () => {
  it('covers every row once, with fewer rows a pass after one that did not fit, and says so', async () => {
    const passes = microBatches('images', 8);
    const done: [number, number][] = [];
    const pass = (start: number, rows: number): void => {
      if (rows > 3) full();
      done.push([start, rows]);
    };
    await passes.run(10, pass);
    expect(done).toEqual([
      [0, 2],
      [2, 2],
      [4, 2],
      [6, 2],
      [8, 2],
    ]);
    expect(warnings).toEqual([
      '8 images at once do not fit the memory of the device: going on with 4.',
      '4 images at once do not fit the memory of the device: going on with 2.',
    ]);
    // What does not fit today does not fit tomorrow.
    await passes.run(3, pass);
    expect(done.slice(5)).toEqual([
      [0, 2],
      [2, 1],
    ]);
    expect(warnings).toHaveLength(2);
  });

  it('gives up where a single row does not fit, and on any other error at once', async () => {
    await expect(microBatches('images', 2).run(2, full)).rejects.toThrow('OOM when allocating');
    let calls = 0;
    const broken = () => {
      calls++;
      throw new Error('Invalid TF_Status: 3');
    };
    await expect(microBatches('images', 8).run(8, broken)).rejects.toThrow('Invalid TF_Status: 3');
    expect(calls).toBe(1);
  });
});

describe.each(testableBackends())('a device whose memory is full, on %s', (name) => {
  beforeEach(async () => {
    await selectBackend({ forced: name });
  });

  /** Lets no operation see more than `rows` images while `work` runs. */
  const withRoomFor = async <T>(rows: number, work: () => Promise<T>): Promise<T> => {
    const engine = tf.engine();
    const { runKernel } = engine;
    engine.runKernel = ((kernel: string, inputs: tf.NamedTensorMap, attributes: object) =>
      kernel === 'Relu' && inputs.x!.shape[0]! > rows
        ? full()
        : runKernel.call(engine, kernel, inputs, attributes as never)) as typeof runKernel;
    try {
      return await work();
    } finally {
      engine.runKernel = runKernel;
    }
  };

  it('changes no prediction', async () => {
    const set = toySet(4, 2, 1);
    const model = await predictor(toyWeights(1, 2));
    const before = tf.memory().numTensors;
    const roomy = await model.predict(set);
    // Each image is seen twice: eight of them are sixteen rows.
    const tight = await withRoomFor(5, () => model.predict(set));
    tight.logits.forEach((value, i) => expect(value).toBeCloseTo(roomy.logits[i]!, 4));
    tight.embeddings.forEach((value, i) => expect(value).toBeCloseTo(roomy.embeddings[i]!, 4));
    expect(warnings.at(-1)).toContain('going on with 2');
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it('does not end a training: it goes on with parts of the batch', async () => {
    const net = toyNet(2);
    const set = withHardLabels(toySet(8, 2, 1), 2, 0);
    const before = tf.memory().numTensors;
    const fitted = await withRoomFor(4, () =>
      fitNet(net, {
        hyperparameters: { steps: 30, learningRate: 1e-2, weightDecay: 0, mixup: 0, ema: 0.8 },
        mixture: [{ set, perBatch: 16 }],
        parameters: freshParameters(net, ['oom']),
        augmentation: EARLIER_AUGMENTATION,
        // Measured in one pass at the end: as many as there is room for.
        recalibrateOn: withHardLabels(toySet(2, 2, 3), 2, 0),
        stream: ['oom'],
      }),
    );
    expect(fitted.losses.at(-1)!.loss).toBeLessThan(fitted.losses[0]!.loss / 2);
    expect(warnings).toEqual([
      '16 training images at once do not fit the memory of the device: going on with 8.',
      '8 training images at once do not fit the memory of the device: going on with 4.',
    ]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.runIf(name === 'tensorflow')('is told by the words that TensorFlow really uses', () => {
    const huge = () => tf.tidy(() => tf.fill([1 << 20, 1 << 20], 1).dataSync());
    let said: unknown;
    try {
      huge();
    } catch (error) {
      said = error;
    }
    expect(said).toBeInstanceOf(Error);
    expect(isOutOfMemory(said)).toBe(true);
  });
});
