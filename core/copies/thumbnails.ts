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
const [OUTER, INNER] = [1 / 8, 3 / 8];
/** Of each pixel of a thumbnail those four; beyond the border lies the border. */
const NEIGHBOURS = Array.from({ length: THUMBNAIL }, (_, to) => {
  const at = (k: number): number => Math.max(0, Math.min(SIDE - 1, 2 * to - 1 + k));
  return [at(0), at(1), at(2), at(3)] as const;
});

export const thumbnailsOf = (images: Images): Thumbnails => {
  const pixels = new Uint8Array(images.count * THUMBNAIL_AREA);
  const rows = new Float32Array(SIDE * THUMBNAIL);
  for (let i = 0; i < images.count; i++) {
    // One by one: as floats all of a shard would take four times their memory.
    const { pixels: image } = greyImages(sliceImages(images, i, 1));
    for (let x = 0; x < THUMBNAIL; x++) {
      const [a, b, c, d] = NEIGHBOURS[x]!;
      for (let y = 0, at = 0; y < SIDE; y++, at += SIDE) {
        rows[y * THUMBNAIL + x] =
          OUTER * image[at + a]! + INNER * image[at + b]! + INNER * image[at + c]! + OUTER * image[at + d]!;
      }
    }
    for (let y = 0, to = i * THUMBNAIL_AREA; y < THUMBNAIL; y++) {
      const [a, b, c, d] = NEIGHBOURS[y]!;
      for (let x = 0; x < THUMBNAIL; x++, to++) {
        const [p, q, r, s] = [a * THUMBNAIL + x, b * THUMBNAIL + x, c * THUMBNAIL + x, d * THUMBNAIL + x];
        pixels[to] = Math.round(255 * (OUTER * rows[p]! + INNER * rows[q]! + INNER * rows[r]! + OUTER * rows[s]!));
      }
    }
  }
  return { size: THUMBNAIL, channels: 1, count: images.count, pixels };
};

/** A thumbnail, left and right exchanged. */
export function mirrored(thumbnail: Uint8Array): Uint8Array {
  return thumbnail.map((_, at) => thumbnail[at - (at % THUMBNAIL) + THUMBNAIL - 1 - (at % THUMBNAIL)]!);
}
