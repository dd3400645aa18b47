import { describe, expect, it } from 'vitest';
import { EARLIER_AUGMENTATION } from '../../../core/contracts/augmentation.ts';
import { type Random, random } from '../../../core/tensor/random.ts';
import { augment, type Variation } from '../../../core/train/augment.ts';

const NONE: Variation = { flip: false, shift: 0, degrees: 0, scale: 0, contrast: 0, offset: 0, cutout: 0 };

/** Draws these numbers in turn, then the middle of every range for ever. */
const fixed = (...numbers: number[]): Random => {
  const next = (): number => numbers.shift() ?? 0.5;
  return {
    ...random('unused'),
    next,
    uniform: (low, high) => low + (high - low) * next(),
    below: (n) => Math.floor(next() * n),
  };
};

/** Draws in the order that `augment` asks for: mirror (only if allowed), angle, zoom, dx, dy, gain, lift, cutout. */
const apply = (source: Float32Array, size: number, channels: number, rules: Partial<Variation>, draw: Random) => {
  const target = new Float32Array(source.length).fill(Number.NaN);
  augment(source, 0, target, 0, size, channels, { ...NONE, ...rules }, draw);
  return target;
};

const ramp = (size: number, channels: number): Float32Array =>
  Float32Array.from({ length: size * size * channels }, (_, i) => i);

describe('Function: augment', () => {
  it.each([1, 3])('changes nothing in an image of %i channel(s) when every range is 0', (channels) => {
    const source = ramp(4, channels);
    expect([...apply(source, 4, channels, {}, random('any'))]).toEqual([...source]);
  });

  it.each([1, 3])('mirrors left and right, not up and down, and keeps %i channel(s) in order', (channels) => {
    const source = ramp(4, channels);
    const target = apply(source, 4, channels, { flip: true }, fixed(0.2));
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 4; x++) {
        for (let c = 0; c < channels; c++) {
          expect(target[(y * 4 + x) * channels + c]).toBeCloseTo(source[(y * 4 + 3 - x) * channels + c]!, 4);
        }
      }
    }
    expect([...apply(source, 4, channels, { flip: true }, fixed(0.7))]).toEqual([...source]);
  });

  it('fills a shifted border by reflection without repeating the edge, so that no black bars are learned', () => {
    const source = ramp(4, 1);
    // uniform(-1, 1) of 1 is +1: a shift of half of 4 pixels to the right.
    const target = apply(source, 4, 1, { shift: 0.5 }, fixed(0.5, 0.5, 1, 0.5));
    expect([...target.slice(0, 4)].map((value) => Math.round(value * 1000) / 1000)).toEqual([2, 1, 0, 1]);
    expect(target[15]).toBeCloseTo(13, 4);
    const left = apply(source, 4, 1, { shift: 0.5 }, fixed(0.5, 0.5, 0, 0.5));
    expect([...left.slice(0, 4)].map((value) => Math.round(value * 1000) / 1000)).toEqual([2, 3, 2, 1]);
  });

  it('reflects again and again where an image is shifted by more than its own size', () => {
    // Twice its 4 pixels to the right: from -8 to -5, folded at 0 and at 3.
    const target = apply(ramp(4, 1), 4, 1, { shift: 2 }, fixed(0.5, 0.5, 1, 0.5));
    expect([...target.slice(0, 4)].map((value) => Math.round(value * 1000) / 1000)).toEqual([2, 1, 0, 1]);
  });

  it('interpolates between pixels at half a pixel of shift', () => {
    const target = apply(ramp(4, 1), 4, 1, { shift: 0.125 }, fixed(0.5, 0.5, 0, 0.5));
    expect(target[0]).toBeCloseTo(0.5, 4);
    expect(target[1]).toBeCloseTo(1.5, 4);
  });

  it('rotates about the centre by a quarter turn', () => {
    const source = ramp(3, 1);
    const target = apply(source, 3, 1, { degrees: 90 }, fixed(1));
    const rounded = [...target].map((value) => Math.round(value));
    expect(rounded).toEqual([2, 5, 8, 1, 4, 7, 0, 3, 6].reverse());
  });

  it('mirrors and rotates at once without bending the face', () => {
    const target = apply(ramp(3, 1), 3, 1, { flip: true, degrees: 90 }, fixed(0.2, 1));
    expect([...target].map((value) => Math.round(value))).toEqual([8, 5, 2, 7, 4, 1, 6, 3, 0]);
  });

  it('scales about the centre: magnified, less of the image is seen', () => {
    const target = apply(ramp(5, 1), 5, 1, { scale: 1 }, fixed(0.5, 1));
    // Twice as large: the corner shows what was half way to the centre.
    expect(target[12]).toBeCloseTo(12, 4);
    expect(target[0]).toBeCloseTo(6, 4);
  });

  it('changes contrast and offset by as much as it may', () => {
    const target = apply(
      Float32Array.of(1, -1, 2, 0),
      2,
      1,
      { contrast: 0.5, offset: 0.25 },
      fixed(0.5, 0.5, 0.5, 0.5, 1, 0),
    );
    [1.25, -1.75, 2.75, -0.25].forEach((value, i) => expect(target[i]).toBeCloseTo(value, 5));
  });

  it.each([
    ['whole in the middle', [0.5, 0.5], 16],
    ['cut by the corner', [0, 0], 4],
  ])('cuts out a square of its size, %s, in all channels', (_, centre, expected) => {
    const source = new Float32Array(8 * 8 * 3).fill(1);
    const draws = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.2, ...(centre as number[])];
    const target = apply(source, 8, 3, { cutout: 0.5 }, fixed(...draws));
    expect(target.filter((value) => value === 0)).toHaveLength((expected as number) * 3);
    draws[6] = 0.7;
    expect(apply(source, 8, 3, { cutout: 0.5 }, fixed(...draws)).includes(0)).toBe(false);
  });

  it('writes one image of a batch and leaves its neighbours alone', () => {
    const source = random('noise').permutation(2 * 64);
    const target = new Float32Array(3 * 64).fill(9);
    augment(Float32Array.from(source), 64, target, 64, 8, 1, { ...EARLIER_AUGMENTATION, flip: true }, random('draws'));
    expect(new Set(target.slice(0, 64))).toEqual(new Set([9]));
    expect(new Set(target.slice(128))).toEqual(new Set([9]));
    expect(target.slice(64, 128).every((value) => Number.isFinite(value))).toBe(true);
    expect(new Set(target.slice(64, 128)).size).toBeGreaterThan(10);
  });
});
