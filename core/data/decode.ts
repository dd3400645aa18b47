import { setImmediate } from 'node:timers/promises';
import sharp, { type Sharp } from 'sharp';
import type { ImageShape, RunConfig } from '../contracts/config.ts';
import { messageOf } from '../errors.ts';
import { sha256 } from '../format/sha256.ts';
import { coversAll, decodeFast, inShapes } from './decoding/fast-decode.ts';
import { lumaOf } from './decoding/kernel.ts';
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

/** Images decoded at once after which the event loop turns: until then no buffer of theirs is freed, and no signal heard. */
const TURN_AFTER = 64;
let sinceTurn = 0;

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
  const fast = decodeFast(bytes, view === undefined ? [image] : [image, view], limits.maxPixels);
  if (fast !== undefined) {
    if (++sinceTurn % TURN_AFTER === 0) await setImmediate();
    return asDecoded(fast[0]!, fast[1]);
  }
  try {
    // One pass: to ask for the header first would send every image through the thread pool twice.
    const source = sharp(bytes, { failOn: 'error', limitInputPixels: limits.maxPixels, sequentialRead: true });
    return await sharpShapes(source.flatten({ background: 'white' }).autoOrient(), image, view, isPlainGrey(bytes));
  } catch (error) {
    const detail = decoderWords(error);
    return detail === PIXEL_LIMIT ? tooManyPixels(bytes, limits.maxPixels) : { reason: 'undecodable', detail };
  }
};

/**
 * Pixels that came without a file (a CSV row) as the model's input.
 * @param grey - `[side, side]`, row-major, 0 to 255
 */
export const decodeGrey = async (
  grey: Uint8Array,
  side: number,
  image: ImageShape,
  view?: ImageShape,
): Promise<Decoded> => {
  const raster = { width: side, height: side, channels: 1, pixels: grey };
  const shapes = view === undefined ? [image] : [image, view];
  if (!coversAll(raster, shapes)) {
    return sharpShapes(sharp(grey, { raw: { width: side, height: side, channels: 1 } }), image, view, true);
  }
  const [pixels, seen] = inShapes(raster, shapes);
  return asDecoded(pixels!, seen);
};

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
  const most = `at most ${maxPixels} are read`;
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return { reason: 'too-many-pixels', detail: `${width} × ${height} = ${width * height} pixels, ${most}` };
  } catch {
    // Damaged beside that, so that its size cannot be asked for.
    return { reason: 'too-many-pixels', detail: most };
  }
}

async function sharpShapes(
  source: Sharp,
  image: ImageShape,
  view: ImageShape | undefined,
  grey = false,
): Promise<Decoded> {
  if (view === undefined) return asDecoded(await toShape(source, image, grey));
  const [own, other] = [source.clone(), source.clone()];
  const [pixels, seen] = await Promise.all([toShape(own, image, grey), toShape(other, view, grey)]);
  return asDecoded(pixels, seen);
}

/** Colour and size; an image that has the size already keeps its very pixels. @param grey - it has no colours to begin with */
async function toShape(source: Sharp, { size, channels }: ImageShape, grey: boolean): Promise<Uint8Array> {
  const sized = source
    .toColourspace(grey && channels === 1 ? 'b-w' : 'srgb')
    .resize(size, size, { fit: 'cover', position: 'centre', kernel: 'lanczos3', fastShrinkOnLoad: false });
  const raw = await sized.raw({ depth: 'uchar' }).toBuffer();
  return channels === 1 && !grey ? lumaOf(raw) : raw;
}

function asDecoded(raw: Uint8Array, view?: Uint8Array): Decoded {
  // Copies: small buffers are windows into a shared slab, which they would keep alive.
  return { pixels: new Uint8Array(raw), sha256: sha256(raw), ...(view && { view: new Uint8Array(view) }) };
}
