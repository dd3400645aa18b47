import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodePng } from '../../../core/format/png.ts';

/** Every value from 0 to 255, in an order that no filter makes trivial. */
const noise = (values: number): Uint8Array =>
  Uint8Array.from({ length: values }, (_, i) => (i * 97 + (i >> 3) * 31) % 256);

describe('an image of the report', () => {
  it.each([
    ['grey', 1, 'b-w'],
    ['colour', 3, 'srgb'],
  ] as const)('comes back from %s PNG pixel by pixel', async (_, channels, space) => {
    // Prepare
    const [width, height] = [19, 16];
    const pixels = noise(width * height * channels);
    // Act
    const png = encodePng(pixels, width, height, channels);
    const { data, info } = await sharp(png).toColourspace(space).raw().toBuffer({ resolveWithObject: true });
    // Assess
    expect([info.width, info.height, info.channels]).toEqual([width, height, channels]);
    expect(new Uint8Array(data)).toEqual(pixels);
  });

  it('is a quarter smaller than its bytes where it is smooth, as faces are: what is mailed is counted in bytes', async () => {
    const side = 48;
    const pixels = Uint8Array.from({ length: side * side }, (_, i) => {
      const [x, y] = [i % side, Math.floor(i / side)];
      return 128 + 60 * Math.sin(x / 7) * Math.cos(y / 9) + ((i * 97) % 7);
    });
    const png = encodePng(pixels, side, side, 1);
    expect(png.length).toBeLessThan(0.6 * pixels.length);
    expect(new Uint8Array(await sharp(png).toColourspace('b-w').raw().toBuffer())).toEqual(pixels);
    const drawing = Uint8Array.from({ length: side * side }, (_, i) => (i % side < 20 ? 255 : 0));
    expect(
      new Uint8Array(
        await sharp(encodePng(drawing, side, side, 1))
          .toColourspace('b-w')
          .raw()
          .toBuffer(),
      ),
    ).toEqual(drawing);
  });

  it('is refused when its pixels do not fill it, or when it has an alpha channel', () => {
    expect(() => encodePng(new Uint8Array(5), 2, 2, 1)).toThrow(RangeError);
    expect(() => encodePng(new Uint8Array(16), 2, 2, 4)).toThrow('16 values do not make an image of 2 × 2 × 4.');
  });
});
