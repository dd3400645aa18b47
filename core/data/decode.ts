import sharp, { type Sharp } from 'sharp';
import type { ImageShape, RunConfig } from '../contracts/config.ts';
import { messageOf } from '../errors.ts';
import { sha256 } from '../format/sha256.ts';
import { codecOf } from './image-files.ts';
import { type Refusal, refusalOf } from './refusal.ts';

// Many images are decoded at once: one thread each, and nothing kept between them.
sharp.concurrency(1);
sharp.cache(false);

export type { ImageShape };
export type ImageLimits = RunConfig['limits'];

/** An image as the model sees it. */
export interface Decoded {
  /** `[size, size, channels]`, row-major, 0 to 255. */
  readonly pixels: Uint8Array;
  /** SHA-256 of `pixels`, hex. */
  readonly sha256: string;
  /** The same image in another shape, where one was asked for: out of the file, not out of `pixels`. */
  readonly view?: Uint8Array;
}

/** Where a PNG's header says so. */
const [BIT_DEPTH, COLOUR_TYPE] = [24, 25];

/** Characters of what a decoder says. */
const MOST_DETAIL = 500;

/** What sharp says of more than `limitInputPixels`; it knows the number, but does not tell. */
const PIXEL_LIMIT = 'Input image exceeds pixel limit';

/**
 * An encoded image of any size, depth and colour as the model's input. It is turned as its EXIF says, transparency lies
 * on white, an animation gives its first frame, and what is not square is cropped at the centre.
 * @param bytes - the whole file, or more than `limits.maxBytes` of it
 * @param view - another shape that the image is wanted in as well
 * @returns the pixels, or why there are none; it never throws on bad bytes
 */
export const decodeImage = async (
  bytes: Buffer,
  image: ImageShape,
  limits: Pick<ImageLimits, 'maxPixels' | 'maxBytes'>,
  view?: ImageShape,
): Promise<Decoded | Refusal> => {
  // Other formats never reach their decoders: an SVG or a PDF is a program, not an image.
  const refusal = refusalOf(bytes);
  if (refusal !== undefined) return refusal;
  if (bytes.length > limits.maxBytes) {
    return { reason: 'too-many-bytes', detail: `more than ${limits.maxBytes} bytes` };
  }
  try {
    // One pass: to ask for the header first would send every image through the thread pool twice.
    const source = sharp(bytes, { failOn: 'error', limitInputPixels: limits.maxPixels, sequentialRead: true });
    return await inShapes(source.flatten({ background: 'white' }).autoOrient(), image, view, isPlainGrey(bytes));
  } catch (error) {
    const detail = decoderWords(error);
    return detail === PIXEL_LIMIT ? tooManyPixels(bytes, limits.maxPixels) : { reason: 'undecodable', detail };
  }
};

/**
 * Pixels that came without a file (a CSV row) as the model's input.
 * @param grey - `[side, side]`, row-major, 0 to 255
 */
export const decodeGrey = (grey: Uint8Array, side: number, image: ImageShape, view?: ImageShape): Promise<Decoded> =>
  inShapes(sharp(grey, { raw: { width: side, height: side, channels: 1 } }), image, view, true);

/** Tells pixels from a refusal. */
export const isDecoded = (result: Decoded | Refusal): result is Decoded => 'pixels' in result;

/** A PNG of grey, with alpha or without, of at most 8 bits. */
function isPlainGrey(bytes: Buffer): boolean {
  return codecOf(bytes) === 'PNG' && (bytes[COLOUR_TYPE] === 0 || bytes[COLOUR_TYPE] === 4) && bytes[BIT_DEPTH]! <= 8;
}

/** What a decoder has to say, which may be one thing thousands of times. */
export function decoderWords(error: unknown): string {
  return [...new Set(messageOf(error).trim().split('\n'))].join('\n').slice(0, MOST_DETAIL);
}

async function tooManyPixels(bytes: Buffer, maxPixels: number): Promise<Refusal> {
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  const detail = `${width} × ${height} = ${width * height} pixels, at most ${maxPixels} are read`;
  return { reason: 'too-many-pixels', detail };
}

async function inShapes(
  source: Sharp,
  image: ImageShape,
  view: ImageShape | undefined,
  grey = false,
): Promise<Decoded> {
  if (view === undefined) return asDecoded(await toShape(source, image, grey));
  const [own, other] = [source.clone(), source.clone()];
  const [pixels, seen] = await Promise.all([toShape(own, image, grey), toShape(other, view, grey)]);
  return { ...asDecoded(pixels), view: new Uint8Array(seen) };
}

/** Colour and size; an image that has the size already keeps its very pixels. @param grey - it has no colours to begin with */
async function toShape(source: Sharp, { size, channels }: ImageShape, grey: boolean): Promise<Uint8Array> {
  const sized = source
    .toColourspace(grey && channels === 1 ? 'b-w' : 'srgb')
    .resize(size, size, { fit: 'cover', position: 'centre', kernel: 'lanczos3' });
  const raw = await sized.raw({ depth: 'uchar' }).toBuffer();
  return channels === 1 && !grey ? lumaOf(raw) : raw;
}

/**
 * Grey as others make it, so that a grey copy of an image is the same image: Rec. 601 on values as they are stored. Libvips weighs
 * light instead, and saturated colours become another grey.
 * @param rgb - three bytes a pixel
 * @see https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.convert, whose integers these are
 */
function lumaOf(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) {
    grey[i] = (19595 * rgb[at]! + 38470 * rgb[at + 1]! + 7471 * rgb[at + 2]! + 32768) >> 16;
  }
  return grey;
}

function asDecoded(raw: Uint8Array): Decoded {
  return {
    // A copy: small buffers are windows into a shared slab, which they would keep alive.
    pixels: new Uint8Array(raw),
    sha256: sha256(raw),
  };
}
