import sharp from 'sharp';
import { decoderWords, type ImageLimits } from './decode.ts';
import { codecOf } from './image-files.ts';
import { type Box, type RawItem, rejectedItem } from './raw-item.ts';

/** An image of which a part alone is wanted. */
type Whole = {
  readonly key: string;
  readonly className?: string | undefined;
  readonly box: Box;
  readonly bytes: Buffer;
};

/**
 * Cuts a box out of an encoded image that was turned as its EXIF says. A box that reaches beyond the image ends at its edge, and
 * one that covers it leaves its very bytes.
 * @returns the part as PNG, or why there is none; it never throws on bad bytes
 */
export async function cropped(
  { key, className, box, bytes }: Whole,
  { maxBytes, maxPixels }: Pick<ImageLimits, 'maxBytes' | 'maxPixels'>,
): Promise<RawItem> {
  const whole: RawItem = { kind: 'encoded', key, className, bytes };
  // Decoding says what is wrong with these.
  if (bytes.length === 0 || bytes.length > maxBytes || codecOf(bytes) === undefined) return whole;
  try {
    const image = sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels, sequentialRead: true });
    const { autoOrient } = await image.metadata();
    const { width, height } = autoOrient;
    if (width * height > maxPixels) return whole;
    const left = Math.max(0, Math.round(box.left));
    const top = Math.max(0, Math.round(box.top));
    const right = Math.min(width, Math.round(box.right));
    const bottom = Math.min(height, Math.round(box.bottom));
    if (right - left < 1 || bottom - top < 1) {
      const words = `the box ${box.left}, ${box.top} to ${box.right}, ${box.bottom} holds nothing of ${width} × ${height} pixels`;
      return rejectedItem(key, 'bad-row', words, className);
    }
    if (left === 0 && top === 0 && right === width && bottom === height) return whole;
    const part = image.autoOrient().extract({ left, top, width: right - left, height: bottom - top });
    return { kind: 'encoded', key, className, bytes: await part.png({ compressionLevel: 1 }).toBuffer() };
  } catch (error) {
    return rejectedItem(key, 'undecodable', decoderWords(error), className);
  }
}
