import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lumaOf, sumsOfRows, transposed } from '../../../../core/data/decoding/kernel.ts';
import { KERNEL } from '../../../../core/data/decoding/kernel-bytes.ts';
import { compileKernel } from '../../../../scripts/kernel.ts';

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });

describe('the kernel of decoding', () => {
  it('is what its text says, or nobody could read what runs', async () => {
    expect(KERNEL).toBe(await compileKernel());
  });

  it('makes the grey of Pillow out of colours, to the last level', () => {
    const colours = fc.array(fc.tuple(bytes(3)), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(colours, (pixels) => {
        const rgb = Uint8Array.from(pixels.flatMap(([one]) => [...one]));
        const grey = pixels.map(([one]) => (19595 * one[0]! + 38470 * one[1]! + 7471 * one[2]! + 32768) >> 16);
        expect([...lumaOf(rgb)]).toEqual(grey);
      }),
    );
  });

  it('sums rows of any width as whole numbers do, and cuts at black and white', () => {
    const cases = fc.record({
      stride: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 9 }),
      taps: fc.integer({ min: 1, max: 8 }).map((half) => 2 * half),
      places: fc.integer({ min: 1, max: 5 }),
      seed: fc.infiniteStream(fc.nat()),
    });
    fc.assert(
      fc.property(cases, ({ stride, height, taps, places, seed }) => {
        const next = (below: number): number => seed.next().value! % below;
        const pixels = Uint8Array.from({ length: height * stride }, () => next(256));
        const rows = Int32Array.from({ length: places * taps }, () => next(height));
        const weights = Int16Array.from({ length: places * taps }, () => next(32_768) - 16_384);
        const expected = Uint8ClampedArray.from({ length: places * stride }, (_, at) => {
          const [place, column] = [Math.floor(at / stride), at % stride];
          let sum = 8192;
          for (let tap = place * taps; tap < (place + 1) * taps; tap++) {
            sum += weights[tap]! * pixels[rows[tap]! * stride + column]!;
          }
          return sum >> 14;
        });
        expect([...sumsOfRows(pixels, stride, { taps, rows, weights })]).toEqual([...expected]);
      }),
    );
  });

  it('turns rows into columns, and takes an image that is larger than its memory was', () => {
    expect([...transposed(Uint8Array.of(1, 2, 3, 4, 5, 6), 2, 3, 1)]).toEqual([1, 4, 2, 5, 3, 6]);
    expect([...transposed(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 2, 2, 2)]).toEqual([1, 2, 5, 6, 3, 4, 7, 8]);
    const large = new Uint8Array(1024 * 1024 * 3).map((_, i) => i);
    expect(Buffer.compare(transposed(transposed(large, 1024, 1024, 3), 1024, 1024, 3), large)).toBe(0);
  });
});
