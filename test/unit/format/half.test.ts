import { describe, expect, it } from 'vitest';
import { fromHalfBits, toHalfBits, toHalfPrecision } from '../../../core/format/half.ts';

describe('half floats', () => {
  // By Python's struct.pack('<e', x) of the float32 x.
  it.each([
    [0.1, 0x2e66],
    [1 / 3, 0x3555],
    [0.7, 0x399a],
    [-2.5, 0xc100],
    [1.0009765625, 0x3c01],
    [65_504, 0x7bff],
    [65_519.99, 0x7bff],
    [65_520, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -14 - 2 ** -24, 0x03ff],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1.01 * 2 ** -25, 0x0001],
    [-0, 0x8000],
    [Number.NEGATIVE_INFINITY, 0xfc00],
  ])('store %d as other programs do', (value, bits) => {
    expect(toHalfBits(value)).toBe(bits);
  });

  it('round to the even one of two that are equally near', () => {
    expect(toHalfBits(1 + 1 / 2048)).toBe(0x3c00);
    expect(toHalfBits(1 + 3 / 2048)).toBe(0x3c02);
    // Among the smallest, where there is no hidden bit.
    expect(toHalfBits(1.5 * 2 ** -24)).toBe(2);
    expect(toHalfBits(2.5 * 2 ** -24)).toBe(2);
  });

  it('are all read and written again as they were', () => {
    const all = Array.from({ length: 65_536 }, (_, bits) => bits).filter((bits) => !Number.isNaN(fromHalfBits(bits)));
    expect(all.filter((bits) => toHalfBits(fromHalfBits(bits)) !== bits)).toEqual([]);
    expect(all).toHaveLength(65_536 - 2 * 1023);
    expect(Number.isNaN(fromHalfBits(toHalfBits(Number.NaN)))).toBe(true);
  });

  it('are never farther from the value than half a step', () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => (i + 0.37) / 1000);
    toHalfPrecision(values).forEach((half, i) => expect(Math.abs(half / values[i]! - 1)).toBeLessThanOrEqual(2 ** -11));
  });
});
