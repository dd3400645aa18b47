import { describe, expect, it } from 'vitest';
import { compare } from '../../../core/statistics/compare.ts';
import type { Crossed } from '../../../core/statistics/crossed.ts';
import { macroWeights } from '../../../core/statistics/macro-weights.ts';
import { verdictOf } from '../../../core/statistics/verdict.ts';

/** An arm that is right on the first images of a seed, so many of a hundred. */
const armOf = (...right: number[]): Crossed => ({
  seeds: right.length,
  draws: 1,
  images: 100,
  values: Uint8Array.from({ length: right.length * 100 }, (_, at) => (at % 100 < right[Math.floor(at / 100)]! ? 1 : 0)),
});

const equal = new Float64Array(100).fill(1);

describe('compare', () => {
  it('takes differences seed by seed, and calls a gain what stands above chance in images and seeds', () => {
    const found = compare(armOf(72, 71, 73), armOf(50, 50, 50), equal);
    expect(found.values.map((value) => Math.round(100 * value))).toEqual([22, 21, 23]);
    expect(found.mean).toBeCloseTo(0.22, 10);
    expect(found.low).toBeGreaterThan(0.1);
    expect(found).toMatchObject({ p: 0.25, verdict: 'gain' });
    expect(compare(armOf(50, 50, 50), armOf(72, 71, 73), equal).verdict).toBe('loss');
  });

  it('sees no evidence where seeds agree but a hundred images are too few', () => {
    const found = compare(armOf(52, 52, 52), armOf(50, 50, 50), equal);
    expect(found.std).toBe(0);
    expect(found.low).toBeLessThan(0);
    expect(found.verdict).toBe('no-evidence');
  });

  it('sees no evidence in one seed, however large the difference', () => {
    expect(compare(armOf(100), armOf(0), equal)).toMatchObject({ low: -1, high: 1, p: 1, verdict: 'no-evidence' });
  });

  it('sees none in an arm that is the same', () => {
    expect(compare(armOf(40, 41), armOf(40, 41), equal)).toMatchObject({
      mean: 0,
      low: 0,
      high: 0,
      verdict: 'no-evidence',
    });
  });
});

describe('macro recall of a difference', () => {
  it('counts each class alike, however few images it has', () => {
    // Ninety images of class 0 and ten of class 2; the arm is right on ten more, all of class 2.
    const labels = Int32Array.from({ length: 100 }, (_, i) => (i < 90 ? 0 : 2));
    const found = compare(armOf(100, 100), armOf(90, 90), macroWeights(labels));
    expect(found.mean).toBeCloseTo(0.1, 10);
    expect(found.macroRecall.mean).toBeCloseTo(0.5, 10);
  });
});

describe('verdictOf', () => {
  it.each([
    ['gain', 0.001, 0.02],
    ['loss', -0.02, -0.001],
    ['no-evidence', -0.001, 0.02],
    ['no-evidence', 0, 0.02],
    ['no-evidence', 0, 0],
  ] as const)('is %s for an interval from %d to %d', (verdict, low, high) => {
    expect(verdictOf({ low, high })).toBe(verdict);
  });
});
