import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { blankImages, imageAt, type LabelledImages } from '../../../../core/data/images.ts';
import { exposuresOf, limitsOf } from '../../../../core/gate/exposure.ts';
import { judge } from '../../../../core/gate/gate.ts';
import { AREA, greyImages, SIDE } from '../../../../core/gate/grey.ts';
import { selectBackend } from '../../../../core/tensor/backend.ts';
import { random } from '../../../../core/tensor/random.ts';
import { FEWEST, fitJunkGate, VOTES } from '../../../../core/train/gate/fit-gate.ts';
import { withPreview } from '../../../../core/train/gate/make-gate.ts';
import { makeNegatives, NEGATIVE_KINDS } from '../../../../core/train/gate/negatives.ts';

const SIZE = 16;
const EFFORT = { perKind: 45, steps: 120 };
const OPTIONS = { keep: 0.98, seed: 1, effort: EFFORT };

/** Rings of two sizes on grey, with noise: something that can be told from all that is made of it. */
const rings = (count: number, seed: number): LabelledImages => {
  const draw = random('rings', seed);
  const images = blankImages({ size: SIZE, channels: 1 }, count);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  for (let i = 0; i < count; i++) {
    const [x, y, radius] = [8 + draw.normal() / 3, 8 + draw.normal() / 3, labels[i] ? 3.5 : 5.5];
    imageAt(images, i).forEach((_, at, image) => {
      const edge = Math.abs(Math.hypot((at % SIZE) + 0.5 - x, Math.floor(at / SIZE) + 0.5 - y) - radius);
      image[at] = 70 + 120 * Math.max(0, 1 - edge) + 6 * draw.normal();
    });
  }
  return { ...images, labels };
};

beforeAll(() => selectBackend({ forced: 'wasm' }));

describe('Function: makeNegatives', () => {
  it.each(NEGATIVE_KINDS)('makes the same images of the kind "%s" every time, each another one', (kind) => {
    const labelled = greyImages(rings(4, 1));
    const [made, again] = [makeNegatives(kind, labelled, 3, 5), makeNegatives(kind, labelled, 3, 5)];
    expect(again).toEqual(made);
    expect(made).toMatchObject({ size: SIDE, channels: 1, count: 3 });
    expect(made.pixels.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(made.pixels.length).toBe(3 * AREA);
    expect(imageAt(made, 0)).not.toEqual(imageAt(made, 1));
    expect(makeNegatives(kind, labelled, 3, 6)).not.toEqual(made);
  });
});

describe('Function: fitJunkGate', () => {
  it('keeps new images of the task, refuses noise and broken ones, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const { junk, votes } = await fitJunkGate(rings(90, 1), OPTIONS);
    expect(tf.memory().numTensors).toBe(before);
    expect(junk).toMatchObject({ on: true, labelled: 90 });
    expect(votes).toHaveLength(VOTES);
    expect(junk.passed.junk.noise).toBeLessThan(0.1);
    const gate = { votes, card: { junk, limits: {}, sample: { images: 0, rejected: {} } } };
    const kept = judge(gate, rings(200, 2)).filter((refused) => refused === undefined).length;
    expect(kept).toBeGreaterThanOrEqual(190);
    const noise = makeNegatives('noise', greyImages(rings(4, 3)), 40, 9);
    expect(judge(gate, noise).filter((refused) => refused?.reason === 'junk').length).toBeGreaterThanOrEqual(36);
  }, 240_000);

  it('is off, and says why, where the labelled images are too few to know their own range', async () => {
    const { junk, votes } = await fitJunkGate(rings(FEWEST - 1, 1), OPTIONS);
    expect(junk).toMatchObject({ on: false, labelled: FEWEST - 1 });
    expect(junk.why).toBe(`${FEWEST - 1} labelled images are too few to tell junk by; it takes ${FEWEST}`);
    expect(votes).toEqual([]);
  });

  it('learns nothing from what looks like the labelled set, so that textures do not lose their own pool', async () => {
    const draw = random('static');
    const pixels = Uint8Array.from({ length: 60 * SIZE * SIZE }, () => 256 * draw.next());
    const set = {
      size: SIZE,
      channels: 1,
      count: 60,
      pixels,
      labels: Int32Array.from({ length: 60 }, (_, i) => i % 2),
    };
    const { junk } = await fitJunkGate(set, OPTIONS);
    expect(junk.unused).toEqual(expect.arrayContaining(['upside down', 'on its side', 'shifted by half']));
  }, 240_000);
});

describe('Function: withPreview', () => {
  const off = {
    votes: [],
    junk: { on: false, why: 'x', labelled: 9, votes: [], highest: 0, passed: { labelled: 1, junk: {} }, unused: [] },
  };
  const limits = limitsOf(exposuresOf(rings(40, 1)));
  const dark = (part: number): LabelledImages => {
    const set = rings(100, 4);
    return { ...set, pixels: set.pixels.map((value, i) => (i < part * set.pixels.length ? value / 8 : value)) };
  };

  it('drops a limit that much of the pool is beyond: that is the pool’s nature', () => {
    expect(Object.keys(withPreview(off, limits, dark(0.5)).card.limits)).not.toContain('darkest');
    const { card } = withPreview(off, limits, dark(0.2));
    expect(card.limits).toEqual(limits);
    expect(card.sample.images).toBe(100);
    expect(Object.values(card.sample.rejected).reduce((sum, count) => sum + count, 0)).toBe(20);
  });
});
