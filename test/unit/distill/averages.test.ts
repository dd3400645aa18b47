import { beforeAll, describe, expect, it } from 'vitest';
import type { MinedSet } from '../../../core/artifacts/mined.ts';
import { imageAt } from '../../../core/data/images.ts';
import { pack } from '../../../core/data/views.ts';
import { distilSet } from '../../../core/distill/distil-set.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { bytesOf, SIZE, toyConfig, toySet, toyWeights } from '../../support/toy.ts';

const VALUES = SIZE * SIZE;
const labelled = toySet(3, 2, 1);

const input = (mined: MinedSet) => ({
  ...{ config: toyConfig(), classes: ['calm', 'glad'], labelled, mined, teachers: [toyWeights(1, 2)] },
  ...{ featureNets: [toyWeights(3, 2)], primitives: [], onProgress: () => undefined },
});

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

/** Mean and deviation of one image. */
const spread = (pixels: ArrayLike<number>): { mean: number; deviation: number } => {
  const values = Array.from(pixels);
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length) };
};

/** Keys of each mean. */
const groupsOf = (provenance: readonly (readonly string[])[]): string[][] =>
  provenance.flatMap((keys) => Array.from({ length: keys.length / 10 }, (_, i) => keys.slice(10 * i, 10 * (i + 1))));

describe('Method: averages', () => {
  it('shows the means of the ten images each that it names, with the contrast that they have', async () => {
    const mined = toySet(90, 2, 2);
    const set = await distilSet({ method: 'averages', ipc: 2, draw: 0 }, input(mined));
    const means = groupsOf(set.spec.provenance).flatMap((keys) => {
      const members = keys.map((key) => imageAt(mined, mined.keys.indexOf(key)));
      const mean = Float32Array.from({ length: VALUES }, (_, k) =>
        members.reduce((sum, pixels) => sum + pixels[k]! / 255 / 10, 0),
      );
      const contrast = members.reduce((sum, pixels) => sum + spread(pixels).deviation / 255 / 10, 0);
      const plain = spread(mean);
      return [...mean.map((value) => plain.mean + ((value - plain.mean) * contrast) / plain.deviation)];
    });
    const whole = { size: SIZE, channels: 1, count: 16, pixels: Float32Array.from(means) };
    const packed = pack(whole, 2);
    set.pixels.forEach((x, k) => expect(x).toBeCloseTo(packed.pixels[k]!, 4));
  });

  it('puts what looks alike together: the mean of a bright left and a bright right half would be nothing', async () => {
    const plain = toySet(160, 2, 3);
    // Every other image of each class is dark on its right half.
    const pixels = plain.pixels.map((value, at) => {
      const image = Math.floor(at / VALUES);
      return Math.floor(image / 2) % 2 === 0 && at % SIZE >= SIZE / 2 ? value / 4 : value;
    });
    const mined = { ...plain, pixels };
    const set = await distilSet({ method: 'averages', ipc: 2, draw: 0 }, input(mined));
    for (const keys of groupsOf(set.spec.provenance)) {
      const kinds = new Set(keys.map((key) => Math.floor(mined.keys.indexOf(key) / 2) % 2));
      expect(kinds.size).toBe(1);
    }
  });

  it('averages labelled images, too, where a class has fewer than ten, and never fewer', async () => {
    const set = await distilSet({ method: 'averages', ipc: 1, draw: 0 }, input(toySet(8, 2, 2)));
    for (const keys of groupsOf(set.spec.provenance)) {
      expect(new Set(keys).size).toBe(10);
      expect(keys.filter((key) => key.startsWith('labelled/')).length).toBeGreaterThanOrEqual(2);
    }
  });

  it('takes other images in another draw', async () => {
    const mined = toySet(40, 2, 2);
    const [one, other] = await Promise.all(
      [0, 1].map((draw) => distilSet({ method: 'averages', ipc: 1, draw }, input(mined))),
    );
    expect(bytesOf(one!.pixels)).not.toEqual(bytesOf(other!.pixels));
  });

  it('is what dm-averages starts from, so that their difference is what matching adds', async () => {
    const mined = toySet(25, 2, 2);
    const plain = await distilSet({ method: 'averages', ipc: 1, draw: 0 }, input(mined));
    const matched = await distilSet({ method: 'dm-averages', ipc: 1, draw: 0 }, input(mined));
    expect(matched.spec.provenance).toEqual(plain.spec.provenance);
    const moved = Math.max(...matched.pixels.map((x, i) => Math.abs(x - plain.pixels[i]!)));
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(0.2);
  });
});
