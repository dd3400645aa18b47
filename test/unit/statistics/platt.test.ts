import { describe, expect, it } from 'vitest';
import { chanceAt, fitPlatt } from '../../../core/statistics/platt.ts';
import { random } from '../../../core/tensor/random.ts';

describe('Function: fitPlatt', () => {
  it.each([
    [-1, 4],
    [2, -0.5],
    [0, 0],
  ])('finds intercept %d and slope %d again, or the pool would look better or worse than it is', (intercept, slope) => {
    const draw = random('platt', intercept);
    const scores = Array.from({ length: 20_000 }, () => draw.uniform(-1, 1));
    const right = scores.map((score) => draw.next() < chanceAt({ intercept, slope }, score));
    const found = fitPlatt(scores, right);
    expect(found.intercept).toBeCloseTo(intercept, 1);
    expect(Math.abs(found.slope - slope)).toBeLessThan(0.12);
  });

  it('expects as many right ones as there were, but for the two that keep it finite', () => {
    const draw = random('platt', 'sum');
    const scores = Array.from({ length: 40 }, () => draw.uniform(-1, 1));
    const right = scores.map((score) => draw.next() < (score + 1) / 2);
    const fit = fitPlatt(scores, right);
    const expected = scores.reduce((sum, score) => sum + chanceAt(fit, score), 0);
    expect(Math.abs(expected - right.filter(Boolean).length)).toBeLessThan(1);
  });

  it('stays finite where all are right, none is, a score tells them apart without a fault, or there are none', () => {
    const cases: [number[], boolean[]][] = [
      [
        [0.1, 0.5, 0.9],
        [true, true, true],
      ],
      [
        [0.1, 0.5, 0.9],
        [false, false, false],
      ],
      [
        [0.1, 0.2, 0.8, 0.9],
        [false, false, true, true],
      ],
      [
        [0.3, 0.3],
        [true, false],
      ],
      [[], []],
    ];
    for (const [scores, right] of cases) {
      const fit = fitPlatt(scores, right);
      for (const score of [-1, 0, 1]) {
        const chance = chanceAt(fit, score);
        expect(chance).toBeGreaterThan(0);
        expect(chance).toBeLessThan(1);
      }
    }
    const [scores, right] = cases[2]!;
    expect(chanceAt(fitPlatt(scores, right), 0.9)).toBeGreaterThan(0.6);
    expect(chanceAt(fitPlatt(...cases[3]!), 0.3)).toBeCloseTo(0.5, 6);
  });
});
