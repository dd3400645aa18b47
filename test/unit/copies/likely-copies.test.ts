import { beforeAll, describe, expect, it } from 'vitest';
import { CHANGES } from '../../../bench/copies/changes.ts';
import { likelyCopies } from '../../../core/copies/likely-copies.ts';
import { pairLikeness } from '../../../core/copies/pair-likeness.ts';
import { type Sketches, sketcherOf } from '../../../core/copies/sketches.ts';
import { thumbnailsOf } from '../../../core/copies/thumbnails.ts';
import { imageAt } from '../../../core/data/images.ts';
import { album, portrait, portraits, SIDE } from '../../support/portraits.ts';

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);
let sketch: ReturnType<typeof sketcherOf>;

beforeAll(() => {
  sketch = sketcherOf(thumbnailsOf(portraits(...SEEDS.map((seed) => 500 + seed))));
});

describe('Function: likelyCopies', () => {
  it.each(Object.entries(CHANGES))('brings images and their copies together: %s', async (_, change) => {
    const chosen = [3, 9, 17, 24, 31, 45, 52, 58];
    const changed = await Promise.all(chosen.map(async (seed) => change(portrait(seed), SIDE)));
    const images = thumbnailsOf(album(...SEEDS.map((seed) => portrait(seed)), ...changed));
    const pairs = likelyCopies(sketch(images));
    const likeness = chosen.map((seed, i) => {
      const pair = pairs.get(SEEDS.length + i)?.find(({ earlier }) => earlier === seed);
      if (pair === undefined) return 0;
      const [seen, known] = pair.turned ? [pair.later, seed] : [seed, pair.later];
      return pairLikeness(imageAt(images, seen), imageAt(images, known), pair.view);
    });
    expect(likeness.filter((value) => value >= 0.92).length).toBeGreaterThan(chosen.length / 2);
  });

  it('lays few of the others on each other, or the work would grow with all pairs', () => {
    const pairs = likelyCopies(sketch(thumbnailsOf(portraits(...SEEDS))));
    expect([...pairs.values()].flat().length).toBeLessThan(SEEDS.length / 4);
  });

  it('names a few of the nearest where a pool shows one thing alone, and not all pairs of it', () => {
    const count = 2000;
    const one = sketch(thumbnailsOf(portraits(1)));
    const words = new Int32Array(count * one.words.length);
    for (let i = 0; i < count; i++) words.set(one.words, i * one.words.length);
    const named = [...likelyCopies({ count, words }).values()].map((pairs) => pairs.length);
    expect(named).toHaveLength(count - 1);
    expect(Math.max(...named)).toBe(2);
  });

  it('finds nothing among none', () => {
    const none: Sketches = { count: 0, words: new Int32Array(0) };
    expect(likelyCopies(none)).toEqual(new Map());
    expect(sketch(thumbnailsOf({ size: SIDE, channels: 1, count: 0, pixels: new Uint8Array(0) }))).toEqual(none);
  });
});

describe('Function: sketcherOf', () => {
  it('takes a task without images for one of which nothing is known', () => {
    const blind = sketcherOf(thumbnailsOf({ size: SIDE, channels: 1, count: 0, pixels: new Uint8Array(0) }));
    const { words } = blind(thumbnailsOf(portraits(1, 1)));
    expect(words.subarray(0, words.length / 2)).toEqual(words.subarray(words.length / 2));
  });
});
