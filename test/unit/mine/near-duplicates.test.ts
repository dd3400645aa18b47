import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { concatImages, type Images, type Shape } from '../../../core/data/images.ts';
import { coarseDescriptorsOf } from '../../../core/mine/coarse-descriptors.ts';
import { duplicateFinder } from '../../../core/mine/near-duplicates.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';

const GREY = { size: 16, channels: 1 };
const VALUES = 256;
const noise = (seed: number, values = VALUES): Uint8Array => {
  const draw = random('noise', seed);
  return Uint8Array.from({ length: values }, () => draw.uniform(60, 190));
};
const joined = (shape: Shape, ...images: readonly Uint8Array[]): Images<Uint8Array> =>
  concatImages(images.map((pixels) => ({ ...shape, count: 1, pixels })));
const grey = (...images: readonly Uint8Array[]): Images<Uint8Array> => joined(GREY, ...images);

/** Cosine of centred images by its definition. */
const cosine = (a: Uint8Array, b: Uint8Array): number => {
  const centred = (x: Uint8Array) => [...x].map((v) => v - x.reduce((sum, n) => sum + n, 0) / x.length);
  const [x, y] = [centred(a), centred(b)];
  const dot = (p: number[], q: number[]) => p.reduce((sum, v, i) => sum + v * q[i]!, 0);
  return dot(x, y) / Math.max(Math.sqrt(dot(x, x) * dot(y, y)), 1e-9);
};

/** An image between two others, so that likenesses of all sizes come up. */
const mixed = (a: Uint8Array, b: Uint8Array, part: number): Uint8Array =>
  a.map((value, i) => Math.round(part * value + (1 - part) * b[i]!));

describe('Function: duplicateFinder', () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
  });

  it('finds a labelled image again that was made brighter or paler, and nothing in an unrelated one', () => {
    const known = noise(1).map((value) => 2 * (value >> 1));
    const finder = duplicateFinder(grey(noise(2), known), 0.9);
    const paler = known.map((value) => value / 2 + 30);
    const likeness = finder.nearest(grey(known, paler, noise(3)));
    expect([...likeness].map((value) => value.toFixed(5))).toEqual(['1.00000', '1.00000', '0.00000']);
    finder.dispose();
  });

  it.each([GREY, { size: 8, channels: 3 }])(
    'tells the highest cosine of each image that reaches the threshold: %o',
    (image) => {
      // Prepare
      const values = image.size ** 2 * image.channels;
      const references = [1, 2, 3, 4].map((seed) => noise(seed, values));
      const pool = Array.from({ length: 40 }, (_, i) => mixed(references[i % 4]!, noise(100 + i, values), i / 39));
      const finder = duplicateFinder(joined(image, ...references), 0.8);
      // Act
      const likeness = finder.nearest(joined(image, ...pool));
      // Assess
      const exact = pool.map((one) => Math.max(...references.map((reference) => cosine(one, reference))));
      expect(exact.filter((value) => value >= 0.8).length).toBeGreaterThan(5);
      expect(exact.filter((value) => value > 0.5 && value < 0.8).length).toBeGreaterThan(5);
      exact.forEach((value, i) => expect(likeness[i]).toBeCloseTo(value >= 0.8 ? value : 0, 6));
      finder.dispose();
    },
  );

  it('takes a negative for another image', () => {
    const finder = duplicateFinder(grey(noise(1)), 0.5);
    expect(finder.nearest(grey(noise(1).map((value) => 255 - value)))[0]).toBe(0);
    finder.dispose();
  });

  it('finds no likeness in a constant image, and none at all without references', () => {
    const some = duplicateFinder(grey(noise(1), new Uint8Array(VALUES).fill(3)), 0.01);
    const none = duplicateFinder({ ...GREY, count: 0, pixels: new Uint8Array(0) }, 0.01);
    expect([...some.nearest(grey(new Uint8Array(VALUES).fill(77)))]).toEqual([0]);
    expect([...none.nearest(grey(noise(1)))]).toEqual([0]);
    some.dispose();
    none.dispose();
  });

  it('keeps no tensor once it is disposed', () => {
    const before = tf.memory().numTensors;
    const finder = duplicateFinder(grey(noise(1)), 0.9);
    finder.nearest(grey(noise(2)));
    expect(tf.memory().numTensors).toBe(before + 1);
    finder.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('Function: coarseDescriptorsOf', () => {
  it('never lets two images look less alike than they are, or a duplicate would be overlooked', () => {
    const smooth = Uint8Array.from({ length: VALUES }, (_, i) => 3 * (i % 16) + 10 * (i >> 6));
    const stripes = Uint8Array.from({ length: VALUES }, (_, i) => (i % 2) * 255);
    const images = [smooth, stripes, noise(1), mixed(smooth, noise(2), 0.5), mixed(stripes, smooth, 0.3)];
    const { descriptor } = coarseDescriptorsOf(grey(...images));
    const dot = (i: number, j: number) => descriptor(i).reduce((sum, value, k) => sum + value * descriptor(j)[k]!, 0);
    images.forEach((a, i) => images.forEach((b, j) => expect(dot(i, j)).toBeGreaterThan(cosine(a, b) - 1e-6)));
    // Worth something all the same: what is smooth is told from what is not.
    expect(dot(0, 1)).toBeLessThan(0.3);
    expect(dot(0, 0)).toBeCloseTo(1, 6);
  });
});
