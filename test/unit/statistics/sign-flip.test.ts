import { describe, expect, it } from 'vitest';
import { signFlipP } from '../../../core/statistics/sign-flip.ts';

/** Every pattern of signs by itself. */
const slow = (differences: readonly number[]): number => {
  const sum = (pattern: number): number =>
    Math.abs(differences.reduce((total, value, i) => total + ((pattern >> i) & 1 ? -value : value), 0));
  const patterns = Array.from({ length: 2 ** differences.length }, (_, pattern) => pattern);
  return patterns.filter((pattern) => sum(pattern) >= sum(0) - 1e-12).length / patterns.length;
};

describe('signFlipP', () => {
  it.each([
    [[0.02], 1],
    [[0.02, 0.03, 0.01], 0.25],
    [[0.02, 0.03, 0.01, 0.02, 0.05], 2 / 32],
    [[-0.02, -0.03, -0.01, -0.02, -0.05], 2 / 32],
    [[0.02, -0.02], 1],
    [[0, 0, 0], 1],
  ])('of %j is the share of the patterns that go as far: %d', (differences, p) => {
    expect(signFlipP(differences)).toBeCloseTo(p, 12);
  });

  it.each([
    [[0.1, 0.2, -0.05, 0.3, -0.02, 0.11, 0.07]],
    [[0.3, -0.1, -0.2, 0.4, 0.1, -0.2, 0.2, 0.1, 0.05]],
    [[1 / 3, 1 / 3, -1 / 3, 1 / 3]],
  ])('counts every pattern once, those of equal size among them: %j', (differences) => {
    expect(signFlipP(differences)).toBe(slow(differences));
  });

  it('is exact for twenty seeds as well', () => {
    expect(signFlipP(Array.from({ length: 20 }, (_, i) => 0.01 + i / 1000))).toBe(2 / 2 ** 20);
  });
});
