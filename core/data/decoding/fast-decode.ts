import { Transformer } from '@napi-rs/image';
import type { ImageShape } from '../../contracts/config.ts';
import { type PlainHeader, plainHeader } from './image-header.ts';
import { lumaOf } from './kernel.ts';
import { type Raster, shrinkToSquare } from './resample.ts';

/** Larger ones go to sharp, which need not decode all of a JPEG to show it small. */
const MOST_PIXELS = 512 * 512;

/**
 * An image of the kind that pools are full of, plain and small: decoding it so costs a tenth of what the general way costs, and shows the
 * same within rounding.
 * @param bytes - the whole file
 * @param shapes - that it is wanted in
 * @param maxPixels - beyond which it is refused
 * @returns its pixels in each shape, or `undefined` where the general way has to look at it, or to say what is wrong with it
 */
export const decodeFast = (
  bytes: Buffer,
  shapes: readonly ImageShape[],
  maxPixels: number,
): Uint8Array[] | undefined => {
  const header = plainHeader(bytes);
  if (header === undefined || header.width * header.height > Math.min(MOST_PIXELS, maxPixels)) return undefined;
  if (!coversAll(header, shapes)) return undefined;
  try {
    return inShapes(onWhite(header, new Transformer(bytes).rawPixelsSync()), shapes);
  } catch {
    return undefined;
  }
};

/** Whether an image is at least as large as each of the shapes, so that it need not be enlarged. */
export const coversAll = ({ width, height }: PlainHeader, shapes: readonly ImageShape[]): boolean =>
  shapes.every(({ size }) => size <= Math.min(width, height));

/** @param raster - that covers all of the shapes */
export const inShapes = (raster: Raster, shapes: readonly ImageShape[]): Uint8Array[] => {
  // Before it is shrunk: a third of the work, and the same but for rounding.
  const grey = raster.channels === 1 ? raster : { ...raster, channels: 1, pixels: lumaOf(raster.pixels) };
  return shapes.map(({ size, channels }) => {
    const pixels = shrinkToSquare(channels === 1 ? grey : raster, size);
    return channels === 3 && raster.channels === 1 ? tripled(pixels) : pixels;
  });
};

/** @param pixels - with an alpha as the last of 2 or 4 channels, or without one */
function onWhite({ width, height }: PlainHeader, pixels: Uint8Array): Raster {
  const given = pixels.length / (width * height);
  if (!Number.isInteger(given))
    throw new TypeError(`The header says ${width} × ${height}, the pixels are ${pixels.length} bytes.`);
  const channels = given <= 2 ? 1 : 3;
  if (given === channels) return { width, height, channels, pixels };
  const opaque = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const alpha = pixels[i * given + channels]!;
    for (let c = 0; c < channels; c++) {
      opaque[i * channels + c] = (alpha * pixels[i * given + c]! + (255 - alpha) * 255) / 255;
    }
  }
  return { width, height, channels, pixels: opaque };
}

function tripled(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  grey.forEach((value, i) => rgb.fill(value, 3 * i, 3 * i + 3));
  return rgb;
}
