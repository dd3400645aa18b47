import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ImageShape } from '../../../../core/contracts/config.ts';
import { decodeImage, isDecoded } from '../../../../core/data/decode.ts';
import { decodeFast } from '../../../../core/data/decoding/fast-decode.ts';
import { lumaOf } from '../../../../core/data/decoding/kernel.ts';
import { random } from '../../../../core/tensor/random.ts';
import { LIMITS } from '../../../support/images.ts';
import { portrait } from '../../../support/portraits.ts';

/** A coloured picture of a face-like thing: three channels that differ. */
const photo = (width: number, height: number, seed = 1): Sharp => {
  const side = Math.max(width, height);
  const channels = [0, 1, 2].map((c) => portrait(seed + 10 * c, side));
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    return channels[at % 3]![y * side + x]!;
  });
  return sharp(pixels, { raw: { width, height, channels: 3 } });
};

/** The general way. */
const bySharp = async (bytes: Buffer, { size, channels }: ImageShape): Promise<Uint8Array> => {
  const raw = await sharp(bytes)
    .flatten({ background: 'white' })
    .autoOrient()
    .toColourspace('srgb')
    .resize(size, size, { fit: 'cover', position: 'centre', kernel: 'lanczos3', fastShrinkOnLoad: false })
    .raw({ depth: 'uchar' })
    .toBuffer();
  return channels === 1 ? lumaOf(raw) : raw;
};

const SHAPES = ([48, 32, 24] as const).flatMap((size) => ([1, 3] as const).map((channels) => ({ size, channels })));

const ENCODED: readonly (readonly [string, (image: Sharp) => Sharp])[] = [
  ['a JPEG', (image) => image.jpeg({ quality: 90 })],
  ['a JPEG without subsampling', (image) => image.jpeg({ quality: 90, chromaSubsampling: '4:4:4' })],
  ['a progressive JPEG', (image) => image.jpeg({ progressive: true })],
  ['a grey JPEG', (image) => image.greyscale().jpeg()],
  ['a PNG in colour', (image) => image.png()],
  ['a PNG in grey', (image) => image.greyscale().toColourspace('b-w').png()],
  ['an interlaced PNG', (image) => image.png({ progressive: true })],
  ['a PNG of a palette', (image) => image.png({ palette: true })],
  ['a PNG with alpha', (image) => image.ensureAlpha(0.4).png()],
];

describe('the fast way to decode', () => {
  it.each(ENCODED)(
    'shows %s as sharp does, or whoever has it elsewhere would see another picture',
    async (_, encode) => {
      for (const [width, height] of [
        [48, 48],
        [112, 112],
        [90, 64],
        [61, 150],
        [300, 260],
      ] as const) {
        const bytes = await encode(photo(width, height)).toBuffer();
        const shown = decodeFast(bytes, SHAPES, LIMITS.maxPixels)!;
        for (const [i, shape] of SHAPES.entries()) {
          const expected = await bySharp(bytes, shape);
          expect(shown[i]).toHaveLength(expected.length);
          const gaps = shown[i]!.map((value, k) => Math.abs(value - expected[k]!));
          expect(Math.max(...gaps), `${width} × ${height} as ${shape.size}`).toBeLessThanOrEqual(4);
          expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeLessThan(0.6);
        }
      }
    },
  );

  it('keeps the very pixels of a PNG that has the size', async () => {
    const bytes = await photo(48, 48).png().toBuffer();
    const [pixels] = decodeFast(bytes, [{ size: 48, channels: 3 }], LIMITS.maxPixels)!;
    expect(Buffer.from(pixels!)).toEqual(await photo(48, 48).raw().toBuffer());
  });

  it('keeps plain areas plain: rounded weights that do not sum to one would make pictures lighter', async () => {
    for (const value of [0, 1, 127, 254, 255]) {
      const bytes = await sharp({
        create: { width: 97, height: 113, channels: 3, background: { r: value, g: value, b: value } },
      })
        .png()
        .toBuffer();
      for (const pixels of decodeFast(bytes, SHAPES, LIMITS.maxPixels)!)
        expect(new Set(pixels)).toEqual(new Set([value]));
    }
  });

  it.each([
    ['a picture that is to be enlarged', photo(40, 40).png()],
    ['a large picture', photo(600, 600).jpeg()],
    ['a PNG of 16 bits', photo(64, 64).toColourspace('rgb16').png()],
    ['a picture that the camera has turned', photo(64, 64).withMetadata({ orientation: 6 }).jpeg()],
    ['a picture with a colour profile', photo(64, 64).withIccProfile('p3').jpeg()],
    ['a PNG with a colour profile', photo(64, 64).withIccProfile('p3').png()],
    ['a JPEG in CMYK', photo(64, 64).toColourspace('cmyk').jpeg()],
    ['a WebP', photo(64, 64).webp()],
  ])('leaves %s to sharp, which knows what to do with it', async (_, image) => {
    const bytes = await image.toBuffer();
    expect(decodeFast(bytes, [{ size: 48, channels: 1 }], LIMITS.maxPixels)).toBeUndefined();
    expect(isDecoded(await decodeImage(bytes, { size: 48, channels: 1 }, { ...LIMITS, maxBytes: 1e6 }))).toBe(true);
  });

  it('leaves a picture beyond the limit of pixels to be refused', async () => {
    const bytes = await photo(64, 64).png().toBuffer();
    expect(decodeFast(bytes, [{ size: 48, channels: 1 }], 64 * 64 - 1)).toBeUndefined();
    const refused = await decodeImage(bytes, { size: 48, channels: 1 }, { ...LIMITS, maxPixels: 64 * 64 - 1 });
    expect(refused).toMatchObject({ reason: 'too-many-pixels' });
  });

  it('refuses every JPEG and PNG that was cut off, as before, and survives bytes that were changed', async () => {
    const draw = random('fuzz', 'fast-decode');
    const files = await Promise.all(ENCODED.map(([, encode], i) => encode(photo(64, 56, i)).toBuffer()));
    const shape = { size: 48, channels: 1 } as const;
    for (let i = 0; i < 900; i++) {
      const bytes = Buffer.from(files[i % files.length]!);
      const cut = bytes.subarray(0, draw.below(bytes.length - 12));
      expect(isDecoded(await decodeImage(cut, shape, { ...LIMITS, maxBytes: 1e6 }))).toBe(false);
      for (let change = 0; change < 1 + (i % 8); change++) bytes[draw.below(bytes.length)] = draw.below(256);
      const shown = decodeFast(bytes, [shape], LIMITS.maxPixels);
      if (shown !== undefined) expect(shown[0]).toHaveLength(48 * 48);
    }
  });
});
