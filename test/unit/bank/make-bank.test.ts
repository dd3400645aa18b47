import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { bankData } from '../../../core/bank/bank-data.ts';
import { labelViews } from '../../../core/bank/label-views.ts';
import { imagesHash, makeBank, singleImages } from '../../../core/bank/make-bank.ts';
import type { ViewRecipe } from '../../../core/contracts/bank.ts';
import type { RunConfig } from '../../../core/contracts/config.ts';
import { type Images, sliceImages, toFloats } from '../../../core/data/images.ts';
import { viewsOf } from '../../../core/data/views.ts';
import { graphTensors, runGraph } from '../../../core/nets/run-graph.ts';
import type { Weights } from '../../../core/nets/weights.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { bytesOf, SIZE, toyConfig, toySet, toyWeights } from '../../support/toy.ts';

const VIEWS = 12;
const CLASSES = ['calm', 'glad', 'sad'];
const teachers = [toyWeights(1, 3), toyWeights(2, 3)];
const images = toFloats(toySet(1, 3, 1));

const bankOf = (from: Images, factor: 1 | 2 = 1) =>
  makeBank({ ...from, factor }, CLASSES, teachers, toyConfig(), ['a test', factor]);

const withBank = (bank: Partial<RunConfig['distill']['bank']>): RunConfig => {
  const { distill, ...config } = toyConfig();
  return { ...config, distill: { ...distill, bank: { ...distill.bank, ...bank } } };
};

/** What one net says of one standardised view, counted by hand. */
const probabilitiesOf = (weights: Weights, view: Float32Array): number[] => {
  const tensors = graphTensors(weights);
  const { graph } = weights.net;
  const logits = tf.tidy(() =>
    runGraph(graph, tensors, { images: tf.tensor4d(view, [1, SIZE, SIZE, 1]) }, graph.logits).dataSync(),
  );
  tf.dispose(tensors);
  const odds = [...logits].map(Math.exp);
  return odds.map((x) => x / odds.reduce((sum, y) => sum + y, 0));
};

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

describe('Function: makeBank', () => {
  it.each([1, 2] as const)(
    'labels the views that will be rendered, by the mean of all teachers (factor %i)',
    async (factor) => {
      const bank = await bankOf(images, factor);
      const data = bankData(bank, images);
      expect(data).toMatchObject({ count: VIEWS, classes: 3, size: SIZE, channels: 1 });
      expect(data.targets).toBe(bank.labels);
      for (let view = 0; view < VIEWS; view++) {
        const said = teachers.map((teacher) => probabilitiesOf(teacher, data.make(view)));
        for (let c = 0; c < 3; c++) {
          expect(bank.labels[view * 3 + c]).toBeCloseTo((said[0]![c]! + said[1]![c]!) / 2, 5);
        }
      }
    },
  );

  it('mixes as many images as it is told, or labels of textures are of what no texture is', async () => {
    const plain = await makeBank({ ...images, factor: 1 }, CLASSES, teachers, withBank({ layers: 0 }), ['a test', 1]);
    const mixed = await bankOf(images);
    expect([plain.card.recipe.layers, mixed.card.recipe.layers]).toEqual([0, 3]);
    expect(plain.labels).not.toEqual(mixed.labels);
  });

  it('says on its card what a reader needs, and holds of packed images more single ones', async () => {
    const { card } = await bankOf(images, 2);
    expect(card).toMatchObject({ images: 3, factor: 2, size: SIZE, channels: 1, classes: CLASSES });
    expect(card.imagesSha256).toBe(imagesHash(images));
    expect(singleImages({ ...images, factor: 2 })).toEqual(viewsOf(images, 2));
    expect(singleImages({ ...images, factor: 1 })).toEqual(images);
  });

  it('makes the same bank again, and another one for another draw', async () => {
    const [one, again] = [await bankOf(images), await bankOf(images)];
    expect(again).toEqual(one);
    const other = await makeBank({ ...images, factor: 1 }, CLASSES, teachers, toyConfig(), ['another draw']);
    expect(other.card.recipe.seed).not.toBe(one.card.recipe.seed);
    expect(bytesOf(other.labels)).not.toEqual(bytesOf(one.labels));
  });

  it('is of bytes what it is of the floats that they stand for', async () => {
    const bytes = toySet(1, 3, 1);
    const [ofBytes, ofFloats] = [bankData(await bankOf(bytes), bytes), bankData(await bankOf(images), images)];
    for (let view = 0; view < VIEWS; view++) {
      const other = ofFloats.make(view);
      ofBytes.make(view).forEach((x, i) => expect(x).toBeCloseTo(other[i]!, 4));
    }
  });

  it('leaves no tensor behind, and tells how far it is', async () => {
    const recipe: ViewRecipe = (await bankOf(images)).card.recipe;
    const before = tf.memory().numTensors;
    const progress: number[] = [];
    await labelViews(teachers, images, recipe, 300, (done) => progress.push(done));
    expect(tf.memory().numTensors).toBe(before);
    expect(progress.at(-1)).toBe(300);
    expect(progress).toHaveLength(2);
  });
});

describe('Function: bankData', () => {
  it('shows of the beginning of a bank what the whole shows first, so that a receiver may take less', async () => {
    const whole = await bankOf(images);
    const part = { ...whole, count: 5, labels: whole.labels.subarray(0, 15) };
    const [all, less] = [bankData(whole, images), bankData(part, images)];
    expect(less.count).toBe(5);
    for (let view = 0; view < 5; view++) expect(bytesOf(less.make(view))).toEqual(bytesOf(all.make(view)));
    const fewer = await makeBank({ ...images, factor: 1 }, CLASSES, teachers, withBank({ views: 5 }), ['a test', 1]);
    fewer.labels.forEach((p, i) => expect(p).toBeCloseTo(whole.labels[i]!, 5));
  });

  it('refuses other images with both hashes, or labels would be learned for views that nobody labelled', async () => {
    const bank = await bankOf(images);
    const others = toFloats(toySet(1, 3, 2));
    expect(() => bankData(bank, others)).toThrow(
      expect.objectContaining({
        name: 'DataError',
        message:
          `This label bank was made of other images: SHA-256 ${imagesHash(images)} of 3 of 16 × 16 × 1. ` +
          `Received ${imagesHash(others)} of 3 of 16 × 16 × 1.`,
      }),
    );
  });

  it('refuses the same numbers as images of another shape, which their hash does not tell', async () => {
    const bank = await bankOf(images);
    const reshaped = { ...images, count: 1, channels: 3 };
    expect(imagesHash(reshaped)).toBe(imagesHash(images));
    expect(() => bankData(bank, reshaped)).toThrow(/of 3 of 16 × 16 × 1\. Received .* of 1 of 16 × 16 × 3\.$/);
    expect(() => bankData(bank, sliceImages(images, 0, 2))).toThrow(/Received .* of 2 of/);
  });
});
