import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeGrey, decodeImage, isDecoded } from '../../../core/data/decode.ts';
import { greyPixels, greyPng, IMAGE, LIMITS } from '../../support/images.ts';

const COLOUR = { size: 16, channels: 3 } as const;

const pixelsOf = async (bytes: Buffer, image: typeof IMAGE | typeof COLOUR = IMAGE): Promise<Uint8Array> => {
  const result = await decodeImage(bytes, image, LIMITS);
  if (!isDecoded(result)) throw new Error(result.detail);
  return result.pixels;
};

const plain = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } });

/** A PNG header that promises any size, with hardly any data behind it. */
const pngPromising = (width: number, height: number): Buffer => {
  const chunk = (type: string, data: Buffer): Buffer => {
    const out = Buffer.alloc(12 + data.length);
    out.writeUInt32BE(data.length, 0);
    out.write(type, 4, 'latin1');
    data.copy(out, 8);
    out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(100))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

const crc = (bytes: Buffer): number => {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
};

describe('a readable image becomes the input of the model', () => {
  it('keeps the very pixels of a grey PNG of the right size and hashes them', async () => {
    const result = await decodeImage(await greyPng(1), IMAGE, LIMITS);
    expect(result).toEqual({
      pixels: new Uint8Array(greyPixels(1)),
      sha256: createHash('sha256').update(greyPixels(1)).digest('hex'),
    });
  });

  it('is as grey as Pillow would make it, so that a grey copy made elsewhere is the same image', async () => {
    const colours = { red: 76, lime: 150, blue: 29, yellow: 226, '#7f3fbf': 97 };
    for (const [name, grey] of Object.entries(colours)) {
      const pixels = await pixelsOf(await plain(16, 16, name).png().toBuffer());
      expect(new Set(pixels)).toEqual(new Set([grey]));
    }
    const wide = await pixelsOf(await plain(48, 32, 'red').png().toBuffer());
    expect(new Set(wide)).toEqual(new Set([76]));
  });

  it('comes in another shape as well, out of the file itself: the small one has lost what that would show', async () => {
    const bytes = await plain(64, 64, 'white')
      .composite([{ input: await plain(32, 64, '#ff0000').png().toBuffer(), left: 0, top: 0 }])
      .png()
      .toBuffer();
    const result = await decodeImage(bytes, IMAGE, LIMITS, { size: 64, channels: 3 });
    if (!isDecoded(result)) throw new Error(result.detail);
    expect(result.pixels).toEqual(await pixelsOf(bytes));
    expect([...result.view!.subarray(31 * 3, 33 * 3)]).toEqual([255, 0, 0, 255, 255, 255]);
    const grey = await decodeGrey(greyPixels(1), 16, IMAGE, { size: 16, channels: 3 });
    expect([...grey.view!]).toEqual([...greyPixels(1)].flatMap((value) => [value, value, value]));
  });

  it.each([
    [48, 48, 'grey'],
    [100, 80, 'grey'],
    [20, 30, 'grey'],
    [99, 70, 'grey and alpha'],
  ])('takes %i × %i pixels of %s on the short way to what the long one gives', async (width, height, kind) => {
    const values = Uint8Array.from({ length: width * height }, (_, i) => (i * 37 + (i >> 5) * 11) % 256);
    const grey = sharp(values, { raw: { width, height, channels: 1 } });
    const alpha = { raw: { width, height, channels: 1 } } as const;
    const source = kind === 'grey' ? grey : grey.joinChannel(Buffer.from(values).reverse(), alpha);
    const png = await source.toColourspace('b-w').png().toBuffer();
    expect(png[25]).toBe(kind === 'grey' ? 0 : 4);
    const long = sharp(png).flatten({ background: 'white' }).greyscale();
    const { size } = IMAGE;
    const expected = await long.resize(size, size).raw().toBuffer();
    const gaps = (await pixelsOf(png)).map((value, k) => Math.abs(value - expected[k]!));
    // Both round after rows and after columns.
    expect(Math.max(...gaps)).toBeLessThanOrEqual(4);
  });

  it('repeats grey in three channels and turns colour into grey', async () => {
    const colour = await pixelsOf(await greyPng(1), COLOUR);
    expect([...colour.slice(0, 6)]).toEqual([...greyPixels(1).subarray(0, 2)].flatMap((v) => [v, v, v]));
    const grey = await pixelsOf(await plain(16, 16, '#808080').png().toBuffer());
    expect(new Set(grey)).toEqual(new Set([128]));
  });

  it('reads 16 bits as 8', async () => {
    const raw = { raw: { width: 16, height: 16, channels: 1 } } as const;
    const deep = await sharp(greyPixels(2), raw).toColourspace('grey16').png().toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    expect(await pixelsOf(deep)).toEqual(new Uint8Array(greyPixels(2)));
  });

  it('shows transparency as white', async () => {
    const clear = sharp({ create: { width: 16, height: 16, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
    expect(new Set(await pixelsOf(await clear.png().toBuffer()))).toEqual(new Set([255]));
  });

  it('takes the first frame of an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(16 * 16 * 3, 200), Buffer.alloc(16 * 16 * 3, 10)]);
    const raw = { width: 16, height: 32, channels: 3, pageHeight: 16 } as const;
    const animation = await sharp(frames, { raw })
      .webp({ lossless: true, loop: 0, delay: [50, 50] })
      .toBuffer();
    expect((await sharp(animation).metadata()).pages).toBe(2);
    expect(new Set(await pixelsOf(animation))).toEqual(new Set([200]));
  });

  it('turns an image upright as its EXIF says', async () => {
    const raw = { raw: { width: 16, height: 16, channels: 1 } } as const;
    const upright = Buffer.from(Array.from({ length: 256 }, (_, i) => (i % 16 < 8 ? 0 : 255)));
    // Orientation 6: to be turned by 90 degrees clockwise, so left becomes top.
    const turned = await sharp(upright, raw).withMetadata({ orientation: 6 }).png().toBuffer();
    const pixels = await pixelsOf(turned);
    expect([pixels[0], pixels[15], pixels[240], pixels[255]]).toEqual([0, 0, 255, 255]);
  });

  it('crops what is not square at the centre and scales it', async () => {
    const band = await plain(16, 32, '#ffffff').png().toBuffer();
    const wide = await plain(96, 32, '#000000')
      .composite([{ input: band, left: 40, top: 0 }])
      .png()
      .toBuffer();
    const pixels = await pixelsOf(wide);
    // The centre square is 32 wide: a white half between two black quarters.
    expect([pixels[0], pixels[8], pixels[15]]).toEqual([0, 255, 0]);
  });

  it.each(['jpeg', 'webp'] as const)('reads %s', async (format) => {
    const pixels = await pixelsOf(await plain(40, 40, '#646464').toFormat(format).toBuffer());
    expect([...new Set(pixels)].every((value) => Math.abs(value - 100) <= 2)).toBe(true);
  });

  it('takes the pixels of a CSV row as they are, or scaled', async () => {
    expect((await decodeGrey(greyPixels(4), 16, IMAGE)).pixels).toEqual(new Uint8Array(greyPixels(4)));
    expect((await decodeGrey(new Uint8Array(48 * 48).fill(9), 48, COLOUR)).pixels).toEqual(new Uint8Array(768).fill(9));
  });
});

describe('a broken or hostile image is rejected with its reason', () => {
  it('names an empty file', async () => {
    expect(await decodeImage(Buffer.alloc(0), IMAGE, LIMITS)).toEqual({ reason: 'empty', detail: '0 bytes' });
  });

  it.each(['png', 'jpeg', 'webp'] as const)('rejects a truncated %s', async (format) => {
    const noise = Buffer.concat(Array.from({ length: 48 }, (_, seed) => greyPixels(seed, 16)));
    const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .toFormat(format)
      .toBuffer();
    expect(isDecoded(await decodeImage(whole, IMAGE, LIMITS))).toBe(true);
    const result = await decodeImage(whole.subarray(0, whole.length - 200), IMAGE, LIMITS);
    expect(result).toMatchObject({ reason: 'undecodable', detail: expect.stringMatching(/libpng|premature|webp/) });
  });

  it('refuses a 30,000 × 30,000 PNG without decoding it', async () => {
    const result = await decodeImage(pngPromising(30_000, 30_000), IMAGE, { maxPixels: 50_000_000, maxBytes: 10_000 });
    expect(result).toEqual({
      reason: 'too-many-pixels',
      detail: '30000 × 30000 = 900000000 pixels, at most 50000000 are read',
    });
  });

  it('takes exactly the limits and nothing more', async () => {
    const bytes = await greyPng(1);
    const exact = { maxPixels: 256, maxBytes: bytes.length };
    expect(isDecoded(await decodeImage(bytes, IMAGE, exact))).toBe(true);
    expect(await decodeImage(bytes, IMAGE, { ...exact, maxPixels: 255 })).toMatchObject({ reason: 'too-many-pixels' });
    expect(await decodeImage(bytes, IMAGE, { ...exact, maxBytes: bytes.length - 1 })).toMatchObject({
      reason: 'too-many-bytes',
    });
  });

  it.each([
    [
      'SVG',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'unread-kind',
      /^is SVG, which/,
    ],
    ['BMP', Buffer.from('BM\x40\0\0\0\0\0\0\0\x36\0\0\0', 'latin1'), 'unread-kind', /^is BMP, .*convert it to PNG$/],
    ['PDF', Buffer.from('%PDF-1.7'), 'no-image', /^is a PDF$/],
    ['text', Buffer.from('hello'), 'undecodable', /^neither PNG, JPEG, .* nor AVIF by its first bytes$/],
  ])('does not hand %s to a decoder, and says what it is', async (_, bytes, reason, detail) => {
    const refused = { reason, detail: expect.stringMatching(detail) };
    expect(await decodeImage(bytes, IMAGE, LIMITS)).toEqual(refused);
  });

  it.each([
    ['GIF', Buffer.from('GIF89a\x01\x00\x01\x00', 'latin1')],
    ['TIFF', Buffer.from('II*\0\x08\0\0\0', 'latin1')],
  ])('rejects a %s that is cut short', async (_, bytes) => {
    expect(await decodeImage(bytes, IMAGE, LIMITS)).toMatchObject({ reason: 'undecodable' });
  });
});
