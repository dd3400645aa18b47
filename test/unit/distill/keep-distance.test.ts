import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { mirroredRows, pixelRows } from '../../../core/data/image-rows.ts';
import { concatImages, imageAt, selectImages, toBytes, toFloats } from '../../../core/data/images.ts';
import { mirrored } from '../../../core/data/mirrored.ts';
import { nearestRows } from '../../../core/data/nearest-rows.ts';
import { pack, viewsOf } from '../../../core/data/views.ts';
import { distilSet } from '../../../core/distill/distil-set.ts';
import { keepDistance } from '../../../core/distill/keep-distance.ts';
import { nearnessOfSet } from '../../../core/privacy/set-nearness.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { testableBackends } from '../../support/backends.ts';
import { bytesOf, SIZE, toyConfig, toySet, toyWeights } from '../../support/toy.ts';

const mined = toySet(40, 2, 2);
const labelled = toySet(3, 2, 1);
const FLOOR = 0.15;

/** Of every view the distance to the nearest real image. */
const distancesOf = async (images: Parameters<typeof viewsOf>[0], factor: number) => {
  const views = viewsOf(images, factor);
  return (await nearestRows([pixelRows(views), mirroredRows(views)], pixelRows(mined, factor))).distances;
};

describe.each(testableBackends())('Function: keepDistance on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
  });

  it.each([1, 2])(
    'pushes copies and mirrored copies off, %i to a side of an image, and no further than needed',
    async (factor) => {
      const rows = selectImages(mined, [3, 8, 11, 12]);
      rows.pixels.set(mirrored(imageAt(rows, 1), rows), SIZE * SIZE);
      const images = pack(toFloats(rows), factor);
      const before = tf.memory().numTensors;
      const left = await keepDistance(images, factor, { real: pixelRows(mined, factor), distance: FLOOR }, 40);
      expect(tf.memory().numTensors).toBe(before);
      expect(left).toBe(0);
      const distances = await distancesOf(images, factor);
      expect(Math.min(...distances)).toBeGreaterThanOrEqual(FLOOR);
      expect(Math.max(...distances)).toBeLessThan(FLOOR + 0.1);
      expect(images.pixels.every((value) => value >= 0 && value <= 1)).toBe(true);
      // As they are kept, in 8 bits.
      expect(Math.min(...(await distancesOf(toFloats(toBytes(images)), factor)))).toBeGreaterThan(FLOOR);
    },
  );

  it('leaves alone what is far enough, and says what it could not push off', async () => {
    const images = pack(toFloats(selectImages(mined, [1, 2, 3, 4])), 2);
    const given = images.pixels.slice();
    expect(await keepDistance(images, 2, { real: pixelRows(mined, 2), distance: 0 }, 5)).toBe(0);
    expect(bytesOf(images.pixels)).toEqual(bytesOf(given));
    expect(await keepDistance(images, 2, { real: pixelRows(mined, 2), distance: FLOOR }, 0)).toBe(4);
    expect(bytesOf(images.pixels)).toEqual(bytesOf(given));
  });
});

describe('a set with a floor', () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
  });

  it.each(['dm', 'dm-noise', 'dm-averages', 'ncfm'] as const)(
    'by %s keeps it to mined and labelled images, as the privacy of a release measures it',
    async (method) => {
      const config = toyConfig();
      const { matching } = config.distill;
      const set = await distilSet(
        { method, ipc: 1, draw: 0 },
        {
          config: { ...config, distill: { ...config.distill, matching: { ...matching, floor: FLOOR } } },
          ...{ classes: ['calm', 'glad'], labelled, mined, teachers: [toyWeights(1, 2)] },
          ...{ featureNets: [toyWeights(3, 2)], primitives: [], onProgress: () => undefined },
        },
      );
      const real = { ...concatImages([mined, labelled]), keys: [...mined.keys, ...labelled.keys] };
      const { pixels } = await nearnessOfSet(set, real, toyWeights(1, 2), 0);
      expect(pixels.views.minimum).toBeGreaterThanOrEqual(FLOOR);
      if (method === 'dm-noise') expect(pixels.traced).toBeNull();
    },
  );
});
