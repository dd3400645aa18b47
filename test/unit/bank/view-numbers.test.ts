import { describe, expect, it } from 'vitest';
import { uniformAt } from '../../../core/bank/view-numbers.ts';

describe('Function: uniformAt', () => {
  // By Python, whose integers have no sign bit to lose: the lines of docs/label-bank.md.
  it.each([
    [0, 0, 0, 1_422_740_206],
    [1, 0, 0, 536_059_379],
    [1, 0, 1, 721_207_551],
    [1, 1, 0, 529_275_512],
    [123_456_789, 4095, 16, 316_982_627],
    // Above half of 32 bits, where JavaScript's integers turn negative.
    [0xffff_ffff, 30, 19, 105_034_421],
    [0x8000_0000, 254_999_999, 143, 2_711_743_048],
  ])('of seed %d, view %d, slot %d is what other languages get, or old banks would show other views', (...call) => {
    const [seed, view, slot, bits] = call;
    expect(uniformAt(seed, view, slot)).toBe(bits / 2 ** 32);
  });

  const VIEWS = 4096;
  const column = (seed: number, slot: number) =>
    Array.from({ length: VIEWS }, (_, view) => uniformAt(seed, view, slot));
  const correlation = (one: number[], other: number[]) =>
    (12 / VIEWS) * one.reduce((sum, x, i) => sum + (x - 0.5) * (other[i]! - 0.5), 0);

  it.each([0, 1, 0xffff_ffff])('of seed %d is spread evenly over the views in every slot', (seed) => {
    for (const slot of [0, 1, 2, 16, 17, 27, 143]) {
      const counts = new Array<number>(16).fill(0);
      for (const x of column(seed, slot)) counts[Math.floor(x * 16)]!++;
      const expected = VIEWS / 16;
      const chiSquare = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
      // 99.99 % of what chance gives with 15 degrees of freedom.
      expect(chiSquare).toBeLessThan(44.3);
    }
  });

  it('tells nothing of the next slot, view or seed, or mirrored images would be the turned ones', () => {
    const here = column(5, 3);
    const neighbours = [column(5, 4), column(5, 19), column(6, 3), [...here.slice(1), here[0]!]];
    // Four standard errors.
    for (const other of neighbours) expect(Math.abs(correlation(here, other))).toBeLessThan(4 / Math.sqrt(VIEWS));
  });
});
