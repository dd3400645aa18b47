import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHANGES } from '../../../bench/copies/changes.ts';
import { resolveConfig } from '../../../core/contracts/presets.ts';
import { copyFinder } from '../../../core/copies/copy-finder.ts';
import { thumbnailsOf } from '../../../core/copies/thumbnails.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { album, portrait, portraits, SIDE } from '../../support/portraits.ts';

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);
const THRESHOLD = resolveConfig('standard').mining.nearBenchmark!;

describe('Function: copyFinder', () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
  });

  it.each(Object.entries(CHANGES))('finds a benchmark image again that was changed: %s', async (_, change) => {
    const finder = copyFinder(thumbnailsOf(portraits(...SEEDS)));
    const changed = await Promise.all([3, 17, 31].map(async (seed) => change(portrait(seed), SIDE)));
    const matches = finder.nearest(thumbnailsOf(album(...changed)));
    expect(matches.map((match) => match?.reference)).toEqual([3, 17, 31]);
    for (const match of matches) expect(match!.likeness).toBeGreaterThan(THRESHOLD);
    finder.dispose();
  });

  it('takes no other image for a copy, or the pool would be lost to its likeness', () => {
    const finder = copyFinder(thumbnailsOf(portraits(...SEEDS)));
    const others = finder.nearest(thumbnailsOf(portraits(...SEEDS.map((seed) => 1000 + seed))));
    expect(others.filter((match) => match !== undefined && match.likeness >= THRESHOLD)).toEqual([]);
    finder.dispose();
  });

  it('takes a negative for another image', () => {
    const finder = copyFinder(thumbnailsOf(portraits(1)));
    const [match] = finder.nearest(thumbnailsOf(album(portrait(1).map((value) => 255 - value))), { screen: -1 });
    expect(match!.likeness).toBeLessThan(0.5);
    finder.dispose();
  });

  it('passes over the reference that an image is itself', () => {
    const finder = copyFinder(thumbnailsOf(portraits(1, 2, 1)));
    const thumbnails = thumbnailsOf(portraits(1, 2));
    expect(finder.nearest(thumbnails).map((match) => match?.reference)).toEqual([0, 1]);
    const [twin, other] = finder.nearest(thumbnails, { self: (i) => i, screen: -1 });
    expect(twin).toMatchObject({ reference: 2 });
    expect(other!.likeness).toBeLessThan(THRESHOLD);
    finder.dispose();
  });

  it('finds nothing in what shows nothing, and nothing without references', () => {
    const some = copyFinder(thumbnailsOf(album(portrait(1), new Uint8Array(SIDE * SIDE).fill(9))));
    const none = copyFinder(thumbnailsOf({ size: SIDE, channels: 1, count: 0, pixels: new Uint8Array(0) }));
    expect(some.nearest(thumbnailsOf(album(new Uint8Array(SIDE * SIDE).fill(200))))).toEqual([undefined]);
    expect(none.nearest(thumbnailsOf(portraits(1)))).toEqual([undefined]);
    some.dispose();
    none.dispose();
  });

  it('keeps no tensor once it is disposed', () => {
    const before = tf.memory().numTensors;
    const finder = copyFinder(thumbnailsOf(portraits(1, 2)));
    finder.nearest(thumbnailsOf(portraits(3)));
    expect(tf.memory().numTensors).toBe(before + 1);
    finder.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
