import { describe, expect, it } from 'vitest';
import { DEVIATION_FLOOR, standardised, standardiserOf } from '../../../core/data/standardise.ts';
import { bytesOf, SIZE, toySet } from '../../support/toy.ts';

const VALUES = SIZE * SIZE;

describe('Function: standardised', () => {
  it('gives each image a mean of 0 and a deviation of 1, whatever its brightness and contrast', () => {
    expect([...standardised(Uint8Array.of(0, 200, 100, 120), 2)]).toEqual([-1, 1, -1, 1]);
    expect([...standardised(Float32Array.of(0.25, 0.75), 2)]).toEqual([-1, 1]);
  });

  it('stretches no image further than the floor, or a flat one would become noise', () => {
    const flat = Float32Array.of(0.5, 0.5 + DEVIATION_FLOOR);
    const [low, high] = standardised(flat, 2);
    expect(high! - low!).toBeCloseTo(1, 5);
    expect([...standardised(Uint8Array.of(7, 7), 2)]).toEqual([0, 0]);
  });
});

describe('Function: standardiserOf', () => {
  const bytes = toySet(3, 2, 1);
  const floats = { ...bytes, pixels: Float32Array.from(bytes.pixels, (value) => value / 255) };

  it.each([
    ['bytes', bytes],
    ['floats', floats],
  ])('gives of one image of %s the very bits that all together get, the second time as well', (_, set) => {
    const all = standardised(set.pixels, VALUES);
    const one = standardiserOf(set);
    for (const i of [4, 0, 5, 4, 4, 0]) {
      expect(bytesOf(one(i))).toEqual(bytesOf(all.slice(i * VALUES, (i + 1) * VALUES)));
    }
  });
});
