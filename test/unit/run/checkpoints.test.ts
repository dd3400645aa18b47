import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EARLIER_AUGMENTATION } from '../../../core/contracts/augmentation.ts';
import { DEFAULT_NET, NetName } from '../../../core/contracts/nets.ts';
import { characteristicFunctions } from '../../../core/distill/characteristic-functions.ts';
import { classMeans } from '../../../core/distill/class-means.ts';
import { matchGradients } from '../../../core/distill/gradient-matching.ts';
import { matchDistributions } from '../../../core/distill/match-distributions.ts';
import { materialByClass } from '../../../core/distill/material.ts';
import { byFeatures } from '../../../core/distill/objective.ts';
import { freshParameters } from '../../../core/nets/weights.ts';
import {
  type Checkpointer,
  type CheckpointerOptions,
  InterruptedError,
  storedCheckpointer,
} from '../../../core/run/checkpoints.ts';
import { openStore } from '../../../core/store/open.ts';
import type { Store } from '../../../core/store/store.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';
import { DivergedError, type FitOptions, fitNet } from '../../../core/train/fit-net.ts';
import { withHardLabels } from '../../../core/train/training-data.ts';
import { testableLearners } from '../../support/backends.ts';
import { bytesOf, SIZE, toyConfig, toyNet, toySet, toyWeights } from '../../support/toy.ts';

const NET = toyNet(2);
const few = withHardLabels(toySet(3, 2, 1), 2, 0);
const many = withHardLabels(toySet(8, 2, 2), 2, 0);
const STEPS = 9;

const options = (checkpointer?: Checkpointer, more: Partial<FitOptions> = {}): FitOptions => ({
  hyperparameters: { steps: STEPS, learningRate: 5e-3, weightDecay: 1e-3, mixup: 0.3, ema: 0.5 },
  mixture: [
    { set: few, perBatch: 4 },
    { set: many, perBatch: 5 },
  ],
  augmentation: EARLIER_AUGMENTATION,
  parameters: freshParameters(NET, ['session']),
  recalibrateOn: few,
  stream: [7, 'boost/none', 0],
  checkpointer,
  ...more,
});

let folder: string;
let store: Store;

const checkpointerOf = (more: Partial<CheckpointerOptions> = {}): Checkpointer =>
  storedCheckpointer({ store, folder: 'job', computer: 'wasm', signal: new AbortController().signal, ...more });

/** Interrupts whatever reports its steps after `steps` of them. */
const interrupted = () => {
  const stop = new AbortController();
  return {
    checkpointer: checkpointerOf({ signal: stop.signal }),
    stopAfter: (last: number) => (step: number) => step === last && stop.abort(),
  };
};

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
  store = openStore(pathToFileURL(folder).href);
});

afterEach(() => rmSync(folder, { recursive: true }));

describe.each(testableLearners())('training on %s that is interrupted', (_, engines) => {
  beforeAll(async () => {
    await selectBackend(engines);
  });

  afterAll(async () => {
    await selectBackend({ forced: 'wasm' });
  });

  it.each([1, 4, STEPS - 1])('after step %i ends with the bits of training that was not', async (last) => {
    const whole = await fitNet(NET, options());
    const { checkpointer, stopAfter } = interrupted();
    await expect(fitNet(NET, options(checkpointer, { onStep: stopAfter(last) }))).rejects.toThrow(InterruptedError);

    const steps: number[] = [];
    const resumed = await fitNet(NET, options(checkpointerOf(), { onStep: (step) => steps.push(step) }));

    expect(steps).toEqual(Array.from({ length: STEPS - last }, (_, i) => last + 1 + i));
    expect(bytesOf(resumed.weights.parameters)).toEqual(bytesOf(whole.weights.parameters));
    expect(bytesOf(resumed.weights.batchNormStats)).toEqual(bytesOf(whole.weights.batchNormStats));
    expect(resumed.losses).toEqual(whole.losses);
  });

  it.each(NetName.options.filter((name) => name !== DEFAULT_NET))(
    'ends with the same bits for %s, too',
    async (name) => {
      const net = toyNet(2, 1, name);
      const more = { parameters: freshParameters(net, ['net']) };
      const whole = await fitNet(net, options(undefined, more));
      const { checkpointer, stopAfter } = interrupted();
      const stopped = fitNet(net, options(checkpointer, { ...more, onStep: stopAfter(4) }));
      await expect(stopped).rejects.toThrow(InterruptedError);
      const resumed = await fitNet(net, options(checkpointerOf(), more));
      expect(bytesOf(resumed.weights.parameters)).toEqual(bytesOf(whole.weights.parameters));
      expect(bytesOf(resumed.weights.batchNormStats)).toEqual(bytesOf(whole.weights.batchNormStats));
    },
  );

  it('exits as a terminated process does, says where its state lies and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const { checkpointer, stopAfter } = interrupted();
    const stopped = fitNet(NET, options(checkpointer, { onStep: stopAfter(3) }));
    await expect(stopped).rejects.toMatchObject({ exitCode: 143 });
    await expect(stopped).rejects.toThrow('job/checkpoints/7.boost-none.0.safetensors');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('starts over on another backend, which would sum in another order', async () => {
    const { checkpointer, stopAfter } = interrupted();
    await expect(fitNet(NET, options(checkpointer, { onStep: stopAfter(4) }))).rejects.toThrow(InterruptedError);
    const steps: number[] = [];
    await fitNet(NET, options(checkpointerOf({ computer: 'tensorflow' }), { onStep: (step) => steps.push(step) }));
    expect(steps[0]).toBe(1);
  });

  it.each(NetName.options)('does not train %s again that was done before the interruption', async (name) => {
    const net = toyNet(2, 1, name);
    const parameters = freshParameters(net, ['net']);
    const { checkpointer, stopAfter } = interrupted();
    const first = await fitNet(net, options(checkpointer, { parameters, stream: ['first'] }));
    const second = { parameters, stream: ['second'], onStep: stopAfter(2) };
    await expect(fitNet(net, options(checkpointer, second))).rejects.toThrow(InterruptedError);
    const steps: number[] = [];
    const again = await fitNet(
      NET,
      options(checkpointerOf(), { stream: ['first'], onStep: (step) => steps.push(step) }),
    );
    expect(steps).toEqual([]);
    expect(bytesOf(again.weights.parameters)).toEqual(bytesOf(first.weights.parameters));
    expect(bytesOf(again.weights.batchNormStats)).toEqual(bytesOf(first.weights.batchNormStats));
    expect(again.losses).toEqual(first.losses);
  });

  it('loses at most the time between two states where nobody asked: a killed process is not warned', async () => {
    const killed = checkpointerOf({ everyMs: 0 });
    const dies = () => {
      throw new Error('killed');
    };
    await expect(fitNet(NET, options(killed, { onStep: (step) => step === 6 && dies() }))).rejects.toThrow('killed');
    const steps: number[] = [];
    await fitNet(NET, options(checkpointerOf(), { onStep: (step) => steps.push(step) }));
    // The state before the step that was being made.
    expect(steps[0]).toBe(6);
  });

  it('writes nothing at all where nothing happens, or every run would leave its states behind', async () => {
    await fitNet(NET, options(checkpointerOf()));
    for await (const { key } of store.list('')) expect.unreachable(`${key} was written`);
  });
});

describe('training that diverges', () => {
  it('keeps the last state whose loss was a number, and says before which step and where', async () => {
    const hyperparameters = { steps: 40, learningRate: 1e30, weightDecay: 0, mixup: 0, ema: 0 };
    const failing = fitNet(NET, options(checkpointerOf(), { hyperparameters }));
    await expect(failing).rejects.toThrow(DivergedError);
    await expect(failing).rejects.toThrow(/at step 25\. .* before step 0, is kept in .*7\.boost-none\.0\.safetensors/);
    const kept = await checkpointerOf().load('7.boost/none.0');
    expect(kept!.stepCount!.data[0]).toBe(0);
    expect(bytesOf(kept!.parameters!.data as Float32Array)).toEqual(bytesOf(options().parameters));
  });
});

describe('matching that is interrupted', () => {
  it.each([
    ['class means', byFeatures(classMeans)],
    ['characteristic functions', byFeatures(characteristicFunctions('frequencies'))],
    ['gradients', matchGradients],
  ])('ends with the bits of matching of %s that was not', async (_, objective) => {
    const labelled = toySet(6, 2, 1);
    const material = materialByClass({ ...labelled, count: 0, labels: new Int32Array(0), keys: [] }, labelled, 2, 1);
    const nets = [toyWeights(1, 2), toyWeights(2, 2)];
    const draw = random('images');
    const pixels = Float32Array.from({ length: 6 * SIZE * SIZE }, () => draw.next());
    const start = { size: SIZE, channels: 1, count: 6, perClass: 3, factor: 2, pixels };
    const settings = { ...toyConfig().distill.matching, steps: 8, realPerClass: 5, syntheticPerClass: 8 };
    const match = (checkpointer: Checkpointer | undefined, onStep: (step: number) => void = () => undefined) =>
      matchDistributions(start, material, nets, settings, {
        objective,
        draw: random('m'),
        checkpointer,
        onStep,
      });

    const whole = await match(undefined);
    const { checkpointer, stopAfter } = interrupted();
    await expect(match(checkpointer, stopAfter(5))).rejects.toThrow(InterruptedError);
    const steps: number[] = [];
    const resumed = await match(checkpointerOf(), (step) => steps.push(step));

    expect(steps).toEqual([6, 7, 8]);
    expect(bytesOf(resumed)).toEqual(bytesOf(whole));
  });
});
