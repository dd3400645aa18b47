import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { flatNet, lessonTensors, slopeOf } from '../../../core/distill/flat-net.ts';
import { labelLogits } from '../../../core/distill/label-logits.ts';
import { lossOf } from '../../../core/distill/slopes.ts';
import { labelGradient } from '../../../core/distill/solve-labels.ts';
import { probabilities } from '../../../core/nets/logits.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { microBatches } from '../../../core/tensor/micro-batches.ts';
import { random } from '../../../core/tensor/random.ts';
import { testableBackends } from '../../support/backends.ts';
import { SIZE, toyWeights } from '../../support/toy.ts';

const VALUES = SIZE * SIZE;
const CLASSES = 3;

const floats = (count: number, next: () => number): Float32Array => Float32Array.from({ length: count }, next);
const imagesOf = (count: number, stream: string) => {
  const draw = random(stream);
  return { size: SIZE, channels: 1, count, pixels: floats(count * VALUES, () => draw.normal()) };
};
const labelled = (count: number, stream: string) => {
  const draw = random(stream, 'labels');
  const targets = probabilities(
    floats(count * CLASSES, () => 2 * draw.normal()),
    CLASSES,
  );
  return { images: imagesOf(count, stream), targets };
};

describe.each(testableBackends())('labels that are solved for on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
  });

  it.each(['k2', 'convnet', 'resnet'] as const)(
    'go down the whole distance of what %s learns, by central differences',
    async (kind) => {
      const net = flatNet(toyWeights(1, CLASSES, 1, kind));
      const [at, passes] = [tf.tensor1d(net.values), microBatches('rows', 4)];
      const { slope: target } = await slopeOf(net, at, labelled(9, 'real'), passes);
      const images = imagesOf(5, 'own');
      const draw = random('logits');
      const logits = floats(5 * CLASSES, () => draw.normal());
      const before = tf.memory().numTensors;
      const { distance, gradient } = await labelGradient({ net, at, target }, images, logits, passes);
      expect(tf.memory().numTensors).toBe(before);
      /** ‖g − g*‖² / ‖g*‖² as it is written, with the gradient of the loss as tfjs takes it. */
      const whole = (logits: Float32Array): number =>
        tf.tidy(() => {
          const lesson = lessonTensors({ images, targets: probabilities(logits, CLASSES) });
          const loss = (flat: tf.Tensor) => lossOf(net.graph, net.named(flat as tf.Tensor1D), lesson) as tf.Tensor;
          const own = tf.grad(loss)(at).dataSync() as Float32Array;
          const square = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
          return square(own.map((value, i) => value - target[i]!)) / square(target);
        });
      expect(distance).toBeCloseTo(whole(logits), 4);
      const largest = Math.max(...gradient.map(Math.abs));
      for (let i = 0; i < logits.length; i++) {
        const moved = (by: number) => whole(logits.map((value, k) => (k === i ? value + by : value)));
        const seen = (moved(0.01) - moved(-0.01)) / 0.02;
        expect(Math.abs(seen - gradient[i]!)).toBeLessThan(0.01 * largest);
      }
      at.dispose();
    },
  );

  it('are those of the real images where these are the very images, since nothing else teaches the same', async () => {
    const net = flatNet(toyWeights(1, CLASSES));
    const [at, passes] = [tf.tensor1d(net.values), microBatches('rows', 9)];
    const { images, targets } = labelled(4, 'real');
    const { slope: target } = await slopeOf(net, at, { images, targets }, passes);
    const { distance, gradient } = await labelGradient({ net, at, target }, images, labelLogits(targets), passes);
    expect(distance).toBeLessThan(1e-3);
    const away = await labelGradient({ net, at, target }, images, new Float32Array(4 * CLASSES), passes);
    expect(away.distance).toBeGreaterThan(0.05);
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(0.1 * Math.max(...away.gradient.map(Math.abs)));
    at.dispose();
  });
});
