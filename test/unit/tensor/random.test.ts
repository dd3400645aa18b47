import { describe, expect, it } from 'vitest';
import { type Random, random } from '../../../core/tensor/random.ts';

const take = (draw: Random, n: number): number[] => Array.from({ length: n }, () => draw.next());
const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const varianceOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return meanOf(values.map((x) => (x - mean) ** 2));
};

describe('Function: random', () => {
  it('gives the same literal numbers for ever, or no old run could be repeated', () => {
    // From an implementation of sfc32 in another language.
    expect(take(random(7, 'augment', 3), 4).map((x) => x * 2 ** 32)).toEqual([
      2538858026, 4287057822, 1702825938, 418394759,
    ]);
    expect(take(random(7, 'augment', 4), 4).map((x) => x * 2 ** 32)).toEqual([
      3952308580, 522666885, 3579859710, 3788418753,
    ]);
  });

  it('keeps streams apart by the boundaries of their names, so that no two stages draw alike', () => {
    expect(take(random(1, 12), 3)).not.toEqual(take(random(11, 2), 3));
    expect(take(random('a', 'b'), 3)).not.toEqual(take(random('ab'), 3));
  });

  it('is disturbed by no other stream, so that one more draw in a stage changes nothing elsewhere', () => {
    const [alone, disturbed, other] = [random('x'), random('x'), random('y')];
    const expected = take(alone, 5);
    const seen = Array.from({ length: 5 }, () => {
      other.next();
      return disturbed.next();
    });
    expect(seen).toEqual(expected);
  });

  it('has uncorrelated neighbouring seeds, so that paired repetitions are really different', () => {
    const [a, b] = [take(random(0, 'w'), 4000), take(random(1, 'w'), 4000)];
    const correlation = meanOf(a.map((x, i) => (x - 0.5) * (b[i]! - 0.5))) * 12;
    expect(Math.abs(correlation)).toBeLessThan(0.06);
  });

  it('draws normal numbers of mean 0 and deviation 1, or weights would start at the wrong scale', () => {
    const draw = random('normal');
    const values = Array.from({ length: 20_000 }, () => draw.normal());
    expect(Math.abs(meanOf(values))).toBeLessThan(0.03);
    expect(varianceOf(values)).toBeCloseTo(1, 1);
    // A share of 68.3 % within one deviation tells a normal from other shapes.
    expect(values.filter((x) => Math.abs(x) < 1).length / values.length).toBeCloseTo(0.683, 1);
  });

  it.each([0.2, 0.3, 1])('draws Beta(%d, same) with its mean and variance, or mixup would mix too much', (a) => {
    const draw = random('beta', a);
    const values = Array.from({ length: 20_000 }, () => draw.beta(a));
    expect(meanOf(values)).toBeCloseTo(0.5, 1);
    expect(varianceOf(values) * 4 * (2 * a + 1)).toBeGreaterThan(0.96);
    expect(varianceOf(values) * 4 * (2 * a + 1)).toBeLessThan(1.04);
    expect(values.every((x) => x >= 0 && x <= 1)).toBe(true);
  });

  it('permutes without losing or repeating an image, each place equally likely', () => {
    const draw = random('order');
    expect([...draw.permutation(0)]).toEqual([]);
    expect([...draw.permutation(50)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    const firsts = [0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) firsts[draw.permutation(4)[0]!]! += 1;
    for (const count of firsts) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  it('stays inside its bounds', () => {
    const draw = random('bounds');
    for (let i = 0; i < 1000; i++) {
      expect([0, 1, 2]).toContain(draw.below(3));
      const value = draw.uniform(-2, 3);
      expect(value >= -2 && value < 3).toBe(true);
    }
  });
});
