import { type Images, sliceImages, toFloats, valuesOf } from './images.ts';
import { mirrored } from './mirrored.ts';
import { standardised } from './standardise.ts';
import { unitRows } from './unit-rows.ts';
import { blurred } from './views.ts';

/** Rows of numbers of length 1, or 0 where there is nothing to compare; made when they are asked for. */
export interface Rows {
  readonly count: number;
  readonly width: number;
  /** `[n, width]` from row `start` on. */
  read(start: number, n: number): Float32Array;
}

/** Real images as a set of this factor would show them: what packing takes from every image must not hide which one it was. */
export const asShown = (images: Images, factor: number): Images =>
  factor === 1 ? images : blurred(toFloats(images), factor);

/**
 * Images as rows of their standardised pixels: neither light nor contrast counts.
 * @param factor - by which they are reduced and enlarged again
 */
export const pixelRows = (images: Images, factor = 1): Rows => {
  const width = valuesOf(images);
  const read = (start: number, n: number): Float32Array =>
    unitRows(standardised(asShown(sliceImages(images, start, n), factor).pixels, width), width);
  return { count: images.count, width, read };
};

/** The same of the images' mirrors. */
export const mirroredRows = (images: Images, factor = 1): Rows => {
  const rows = pixelRows(images, factor);
  return { ...rows, read: (start, n) => mirrored(rows.read(start, n), images) };
};

/** @param values - `[count, width]`, e.g. embeddings */
export const valueRows = (values: Float32Array, width: number): Rows => ({
  count: values.length / width,
  width,
  read: (start, n) => unitRows(values.slice(start * width, (start + n) * width), width),
});
