import { describe, expect, it } from 'vitest';
import { drawSample } from '../../../../core/publish/audit/draw-sample.ts';

const order = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('a sample of mined images', () => {
  it('takes one of each stretch of the order, so that no part of it is left out', () => {
    const sample = drawSample(order(200), 20, 3, 'audit');
    expect(new Set(sample.map((rank) => Math.floor(rank / 10))).size).toBe(20);
  });

  it.each([7, 20, 23, 199, 200])('draws no image twice out of %i', (n) => {
    for (let seed = 0; seed < 50; seed++) {
      const sample = drawSample(order(n), 20, seed);
      expect(new Set(sample).size).toBe(Math.min(n, 20));
      for (const rank of sample) expect(rank).toBeLessThan(n);
    }
  });

  it('gives every image the same chance, also where the order cannot be divided evenly', () => {
    const hits = new Array<number>(23).fill(0);
    const draws = 4000;
    for (let seed = 0; seed < draws; seed++) for (const rank of drawSample(order(23), 10, seed)) hits[rank]! += 1;
    // Within five standard deviations of 10 in 23.
    for (const hit of hits) expect(Math.abs(hit / draws - 10 / 23)).toBeLessThan(5 * Math.sqrt(0.25 / draws));
  });

  it('comes in an order that does not tell the rank: its first images are a fair sample, too', () => {
    const draws = 2000;
    let sum = 0;
    for (let seed = 0; seed < draws; seed++) sum += drawSample(order(100), 10, seed)[0]!;
    expect(Math.abs(sum / draws - 49.5)).toBeLessThan((5 * 28.9) / Math.sqrt(draws));
  });

  it('is the same for the same seed, and empty where nothing was mined', () => {
    expect(drawSample(order(50), 5, 1, 'a')).toEqual(drawSample(order(50), 5, 1, 'a'));
    expect(drawSample(order(50), 5, 1, 'a')).not.toEqual(drawSample(order(50), 5, 2, 'a'));
    expect(drawSample([], 5, 1)).toEqual([]);
  });
});
