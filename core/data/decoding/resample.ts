import { type RowSums, sumsOfRows, transposed } from './kernel.ts';

/** Pixels of any size, row by row, 8 bits a channel. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
}

/**
 * Shrinks an image until it covers a square, and cuts the square out of its middle. Lanczos of three lobes, stretched by the factor and so
 * antialiased, rows before columns, each rounded to 8 bits; from a factor of four on, means of whole pixels come first. That is what
 * libvips does, so that it hardly matters which of the two has read an image.
 * @param raster - at least as wide and as high as the square; one that is the square already comes back as it is
 * @see https://www.libvips.org/API/current/method.Image.resize.html
 */
export const shrinkToSquare = ({ width, height, channels, pixels }: Raster, size: number): Uint8Array => {
  if (width === size && height === size) return pixels;
  const factor = Math.min(width, height) / size;
  const [across, down] = [Math.round(width / factor), Math.round(height / factor)];
  const rows = sumsOfRows(pixels, width * channels, tapsOf(height, down, factor, size));
  const columns = transposed(rows, size, width, channels);
  const square = sumsOfRows(columns, size * channels, tapsOf(width, across, factor, size));
  return transposed(square, size, size, channels);
};

/** Means of so many pixels come before the kernel, which then need not be wide. */
const GAP = 2;
const LOBES = 3;
/** What the weights of a place sum to: whole numbers are multiplied in half the time. */
const ONE = 1 << 14;
/** Taps that are added at once; one of weight 0 fills up. */
const TOGETHER = 2;
/** Sizes of images of a pool are few; a pool of all sizes must not fill the memory. */
const MOST_KEPT = 256;
const kept = new Map<string, RowSums>();

/** @param wanted - places in the middle of the `to` that there are */
function tapsOf(from: number, to: number, factor: number, wanted: number): RowSums {
  const key = `${from}/${to}/${factor}/${wanted}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const made = makeTaps(from, to, factor, wanted);
  kept.set(key, made);
  return made;
}

/** @param factor - by which all is shrunk; what a whole number of places is more or less than that is shared by both ends */
function makeTaps(from: number, to: number, factor: number, wanted: number): RowSums {
  const invented = to * factor - from;
  const box = Math.max(1, Math.floor(factor / GAP));
  const stretch = factor / box;
  const reach = LOBES * stretch;
  // Of boxes; each weight is shared evenly among the pixels of its box.
  const boxes = Math.ceil(2 * reach);
  const taps = Math.ceil((boxes * box) / TOGETHER) * TOGETHER;
  const rows = new Int32Array(wanted * taps);
  const weights = new Int16Array(wanted * taps);
  const skipped = (to - wanted + 1) >> 1;
  for (let place = 0; place < wanted; place++) {
    const centre = (skipped + place + 0.5) * stretch - 0.5 - invented / box / 2;
    // The first that is nearer than the kernel's zero.
    const start = Math.floor(centre - reach) + 1;
    // Beyond the border lies the border.
    for (let tap = 0; tap < taps; tap++) rows[place * taps + tap] = within(start * box + tap, from - 1);
    const row = Array.from({ length: boxes }, (_, i) => lanczos((start + i - centre) / stretch));
    const sum = row.reduce((all, weight) => all + weight, 0);
    const own = weights.subarray(place * taps, (place + 1) * taps);
    row.forEach((weight, i) => own.fill(Math.round((ONE * weight) / sum / box), i * box, (i + 1) * box));
    // What rounding has left over goes to the middle, or a plain image would get lighter or darker.
    own[(boxes * box) >> 1]! += ONE - own.reduce((all, weight) => all + weight, 0);
  }
  return { taps, rows, weights };
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const phase = Math.PI * x;
  return (LOBES * Math.sin(phase) * Math.sin(phase / LOBES)) / (phase * phase);
}

function within(place: number, last: number): number {
  return place < 0 ? 0 : place > last ? last : place;
}
