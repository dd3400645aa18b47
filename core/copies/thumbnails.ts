import { type Images, sliceImages } from '../data/images.ts';
import { greyImages, SIDE } from '../gate/grey.ts';

/** Side of a thumbnail: half of what the gate looks at, so that neither JPEG nor another size changes it by much. */
export const THUMBNAIL = SIDE / 2;
/** Numbers of one. */
export const THUMBNAIL_AREA = THUMBNAIL * THUMBNAIL;

/** Lightness alone, 24 by 24, whatever the run's size and colours. */
export type Thumbnails = Images<Uint8Array>;

/** Thumbnails that can be told by name. */
export interface NamedThumbnails extends Thumbnails {
  readonly keys: readonly string[];
}

/** Weights of four neighbours along a side, of which the middle two are halved into one pixel. */
const TAPS = [1 / 8, 3 / 8, 3 / 8, 1 / 8] as const;

export const thumbnailsOf = (images: Images): Thumbnails => {
  const pixels = new Uint8Array(images.count * THUMBNAIL_AREA);
  const rows = new Float32Array(SIDE * THUMBNAIL);
  for (let i = 0; i < images.count; i++) {
    // One by one: as floats all of a shard would take four times their memory.
    const { pixels: image } = greyImages(sliceImages(images, i, 1));
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < THUMBNAIL; x++) rows[y * THUMBNAIL + x] = halved(image, y * SIDE, 1, x);
    }
    for (let y = 0; y < THUMBNAIL; y++) {
      for (let x = 0; x < THUMBNAIL; x++) {
        pixels[i * THUMBNAIL_AREA + y * THUMBNAIL + x] = Math.round(255 * halved(rows, x, THUMBNAIL, y));
      }
    }
  }
  return { size: THUMBNAIL, channels: 1, count: images.count, pixels };
};

/** A thumbnail, left and right exchanged. */
export function mirrored(thumbnail: Uint8Array): Uint8Array {
  return thumbnail.map((_, at) => thumbnail[at - (at % THUMBNAIL) + THUMBNAIL - 1 - (at % THUMBNAIL)]!);
}

function halved(values: Float32Array, start: number, step: number, to: number): number {
  let sum = 0;
  for (let k = 0; k < TAPS.length; k++) {
    const at = Math.max(0, Math.min(SIDE - 1, 2 * to - 1 + k));
    sum += TAPS[k]! * values[start + at * step]!;
  }
  return sum;
}
