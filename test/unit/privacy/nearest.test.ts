import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { mirroredRows, pixelRows, valueRows } from '../../../core/data/image-rows.ts';
import { imageAt, selectImages, toFloats } from '../../../core/data/images.ts';
import { nearestRows } from '../../../core/data/nearest-rows.ts';
import { nearnessOf } from '../../../core/privacy/nearness.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';
import { SIZE, toySet } from '../../support/toy.ts';

const real = toySet(6, 2, 1);
const forms = (images: Parameters<typeof pixelRows>[0]) => [pixelRows(images), mirroredRows(images)] as const;

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

describe('the nearest real image', () => {
  it('of a copy is the very one, at no distance, whatever its light and contrast', async () => {
    const copy = toFloats(selectImages(real, [7, 3]));
    copy.pixels.forEach((value, i) => (copy.pixels[i] = 0.2 + 0.5 * value));
    const before = tf.memory().numTensors;
    const { rows, distances } = await nearestRows([...forms(copy)], pixelRows(real));
    expect([...rows]).toEqual([7, 3]);
    for (const distance of distances) expect(distance).toBeCloseTo(0, 5);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('of a mirrored copy is found as well, in every channel', async () => {
    const colour = toySet(6, 2, 1, 3);
    const mirrored = selectImages(colour, [4]);
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const from = (y * SIZE + x) * 3;
        mirrored.pixels.set(imageAt(colour, 4).subarray(from, from + 3), (y * SIZE + SIZE - 1 - x) * 3);
      }
    }
    const { rows, distances } = await nearestRows([...forms(mirrored)], pixelRows(colour));
    expect([...rows]).toEqual([4]);
    expect(distances[0]).toBeCloseTo(0, 5);
    // Upright alone it would be a stranger.
    expect((await nearestRows([pixelRows(mirrored)], pixelRows(colour))).distances[0]).toBeGreaterThan(0.05);
  });

  it('of noise is far', async () => {
    const draw = random('noise');
    const noise = { ...selectImages(real, [0]), pixels: Uint8Array.from({ length: SIZE ** 2 }, () => draw.below(256)) };
    expect((await nearestRows([...forms(noise)], pixelRows(real))).distances[0]).toBeGreaterThan(0.7);
  });

  it('is another one where an image is asked of itself, and the best of all blocks', async () => {
    // Unit vectors at the angles of a clock: each is nearest to the one a minute later, which is the only one so near.
    const count = 1500;
    const angle = (i: number): number => (Math.floor(i / 2) * 0.004 + (i % 2) * 0.001) % (2 * Math.PI);
    const values = Float32Array.from({ length: 2 * count }, (_, at) =>
      at % 2 === 0 ? Math.cos(angle(at >> 1)) : Math.sin(angle(at >> 1)),
    );
    const own = Int32Array.of(0, 255, 1023, 1024, 1499);
    const asked = Float32Array.from([...own].flatMap((i) => [values[2 * i]!, values[2 * i + 1]!]));
    const { rows, distances } = await nearestRows([valueRows(asked, 2)], valueRows(values, 2), own);
    expect(distances.every((distance) => distance < 1e-5)).toBe(true);
    expect([...rows].some((row, i) => row === own[i])).toBe(false);
    expect((await nearestRows([valueRows(asked, 2)], valueRows(values, 2))).distances[1]).toBeCloseTo(0, 6);
  });
});

describe('nearness', () => {
  const reals = { rows: new Int32Array(40), distances: Float32Array.from({ length: 40 }, (_, i) => (i + 1) / 100) };
  const keys = ['a', 'b', 'c'];

  it('counts views that are nearer than real images are at their twentieth, and names the nearest', () => {
    const places = [
      { image: 0, view: 0, madeFrom: ['a'] },
      { image: 0, view: 1, madeFrom: ['b'] },
      { image: 1, view: 0, madeFrom: [] },
      { image: 1, view: 1, madeFrom: ['b', 'c'] },
    ];
    const found = { rows: Int32Array.of(0, 2, 1, 2), distances: Float32Array.of(0.5, 0.25, 0, 0.02) };
    const near = nearnessOf(places, found, reals, keys);
    // Two of forty are nearer than 0.03.
    expect(near.real.low).toBeCloseTo(0.03);
    expect(near.real.median).toBeCloseTo(0.21);
    expect(near.copies.share).toBe(0.5);
    expect(near.views).toEqual({ minimum: 0, median: 0.25 });
    expect(near.traced).toBeCloseTo(2 / 3);
    expect(near.nearest.slice(0, 2)).toEqual([
      { image: 1, view: 0, key: 'b', distance: 0 },
      { image: 1, view: 1, key: 'c', distance: Math.fround(0.02) },
    ]);
  });

  it('takes a copy for one where doubles among the real images leave no distance below which it could lie', () => {
    const doubles = { rows: new Int32Array(40), distances: new Float32Array(40) };
    const found = { rows: Int32Array.of(0, 1), distances: Float32Array.of(6e-8, 0.01) };
    const places = [
      { image: 0, view: 0, madeFrom: [] },
      { image: 1, view: 0, madeFrom: [] },
    ];
    expect(nearnessOf(places, found, doubles, keys).copies.share).toBe(0.5);
  });

  it('does not say that images lead back to what they were made from where they were made from nothing', () => {
    const found = { rows: Int32Array.of(0), distances: Float32Array.of(0.9) };
    expect(nearnessOf([{ image: 0, view: 0, madeFrom: [] }], found, reals, keys)).toMatchObject({
      traced: null,
      copies: { share: 0 },
    });
  });
});
