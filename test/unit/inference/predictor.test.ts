import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { predictOnce, predictor } from '../../../core/inference/predictor.ts';
import { probabilities } from '../../../core/nets/logits.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { testableBackends } from '../../support/backends.ts';
import { SIZE, toySet, toyWeights } from '../../support/toy.ts';

const VALUES = SIZE * SIZE;

const mirrored = (pixels: Uint8Array): Uint8Array =>
  pixels.map((_, at) => pixels[at - (at % SIZE) + (SIZE - 1 - (at % SIZE))]!);

const expectClose = (a: Float32Array, b: Float32Array, digits = 4): void => {
  expect(a.length).toBe(b.length);
  a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, digits));
};

describe.each(testableBackends())('Function: predictor on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
  });

  it('says the same of an image and its mirror, or which way a face looks would change its class', async () => {
    const set = toySet(2, 3, 1);
    const model = await predictor(toyWeights(1, 3));
    const straight = await model.predict(set);
    const turned = await model.predict({ ...set, pixels: mirrored(set.pixels) });
    expectClose(turned.embeddings, straight.embeddings);
    expectClose(turned.logits, straight.logits);
    model.dispose();
  });

  it('looks at images alone where their mirrors show something else, or a b would be called a d half of the time', async () => {
    const set = toySet(2, 3, 1);
    const mean = await predictOnce(toyWeights(1, 3), set);
    const { net, ...values } = toyWeights(1, 3);
    const upright = { ...values, net: { ...net, mirror: false } };
    const [straight, turned] = [set, { ...set, pixels: mirrored(set.pixels) }].map((seen) =>
      predictOnce(upright, seen),
    );
    const [own, other] = [await straight!, await turned!];
    expectClose(
      own.logits.map((value, i) => (value + other.logits[i]!) / 2),
      mean.logits,
    );
    expect(Math.max(...own.logits.map((value, i) => Math.abs(value - other.logits[i]!)))).toBeGreaterThan(1e-3);
  });

  it('says the same however many images go through at once, or memory would decide what is mined', async () => {
    const set = toySet(3, 3, 2);
    const [whole, small] = [await predictor(toyWeights(1, 3)), await predictor(toyWeights(1, 3), 2)];
    const [a, b] = [await whole.predict(set), await small.predict(set)];
    expect(a.embeddings).toHaveLength(9 * 16);
    expect(a.logits).toHaveLength(9 * 3);
    expectClose(b.embeddings, a.embeddings);
    expectClose(b.logits, a.logits);
    const last = await small.predict({ ...set, count: 1, pixels: set.pixels.subarray(8 * VALUES) });
    expectClose(last.logits, a.logits.slice(24));
    whole.dispose();
    small.dispose();
  });

  it('sees no difference in brightness and contrast, as images of a pool have any', async () => {
    const set = toySet(1, 2, 3);
    const model = await predictor(toyWeights(2, 2));
    const pixels = Float32Array.from(set.pixels, (value) => 0.3 + (0.5 * value) / 255);
    expectClose((await model.predict({ ...set, pixels })).logits, (await model.predict(set)).logits, 3);
    model.dispose();
  });

  it('keeps no tensor of a prediction, and none at all once it is disposed', async () => {
    const set = toySet(2, 2, 4);
    const before = tf.memory().numTensors;
    const model = await predictor(toyWeights(1, 2), 3);
    const held = tf.memory().numTensors;
    await model.predict(set);
    expect(tf.memory().numTensors).toBe(held);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('Function: probabilities', () => {
  it('is the softmax of logits over temperature, without overflow', () => {
    const rows = probabilities(Float32Array.of(Math.log(3), 0, 1000, 0), 2);
    [0.75, 0.25, 1, 0].forEach((value, i) => expect(rows[i]).toBeCloseTo(value, 6));
    const halved = probabilities(Float32Array.of(2 * Math.log(3), 0), 2, 2);
    expect(halved[0]).toBeCloseTo(0.75, 6);
  });
});
