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
  const rows = alongRows(pixels, width * channels, tapsOf(height, down, factor), (down - size + 1) >> 1, size);
  const columns = transposed(rows, size, width, channels);
  const square = alongRows(columns, size * channels, tapsOf(width, across, factor), (across - size + 1) >> 1, size);
  return transposed(square, size, size, channels);
};

/** What each place of the result is made of, along one side. */
interface Taps {
  /** The first of the places that it sees; those beyond the border are the border. */
  readonly first: Int32Array;
  /** Places that each sees. */
  readonly count: number;
  /** `[to, count]`, in parts of `ONE`, which is the sum of each row: whole numbers are multiplied in half the time. */
  readonly weights: Int32Array;
  readonly last: number;
}

/** Means of so many pixels come before the kernel, which then need not be wide. */
const GAP = 2;
const LOBES = 3;
const [BITS, ONE] = [14, 1 << 14];
const HALF = ONE >> 1;
/** Taps that are added at once; those of weight 0 fill up. */
const TOGETHER = 4;
/** Sizes of images of a pool are few; a pool of all sizes must not fill the memory. */
const MOST_KEPT = 256;
const kept = new Map<string, Taps>();

function tapsOf(from: number, to: number, factor: number): Taps {
  const key = `${from}/${to}/${factor}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const made = makeTaps(from, to, factor);
  kept.set(key, made);
  return made;
}

/** @param factor - by which all is shrunk; what a whole number of places is more or less than that is shared by both ends */
function makeTaps(from: number, to: number, factor: number): Taps {
  const invented = to * factor - from;
  const box = Math.max(1, Math.floor(factor / GAP));
  const stretch = factor / box;
  const reach = LOBES * stretch;
  // Of boxes; each weight is shared evenly among the pixels of its box.
  const boxes = Math.ceil(2 * reach);
  const count = Math.ceil((boxes * box) / TOGETHER) * TOGETHER;
  const first = new Int32Array(to);
  const weights = new Int32Array(to * count);
  for (let place = 0; place < to; place++) {
    const centre = (place + 0.5) * stretch - 0.5 - invented / box / 2;
    // The first that is nearer than the kernel's zero.
    const start = Math.floor(centre - reach) + 1;
    first[place] = start * box;
    const row = Array.from({ length: boxes }, (_, i) => lanczos((start + i - centre) / stretch));
    const sum = row.reduce((all, weight) => all + weight, 0);
    const own = weights.subarray(place * count, (place + 1) * count);
    row.forEach((weight, i) => own.fill(Math.round((ONE * weight) / sum / box), i * box, (i + 1) * box));
    // What rounding has left over goes to the middle, or a plain image would get lighter or darker.
    own[(boxes * box) >> 1]! += ONE - own.reduce((all, weight) => all + weight, 0);
  }
  return { first, count, weights, last: from - 1 };
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const phase = Math.PI * x;
  return (LOBES * Math.sin(phase) * Math.sin(phase / LOBES)) / (phase * phase);
}

/** @param stride - values of a row; @param from - the first row that is wanted, of so many */
function alongRows(
  pixels: Uint8Array,
  stride: number,
  { first, count, weights, last }: Taps,
  from: number,
  wanted: number,
): Uint8Array {
  const result = new Uint8ClampedArray(wanted * stride);
  const sums = new Int32Array(stride);
  for (let place = from; place < from + wanted; place++) {
    const rowOf = (tap: number): number => within(first[place]! + tap, last) * stride;
    sums.fill(HALF);
    // Four rows at once: most of the time goes into reading and writing the sums.
    for (let tap = 0, at = place * count; tap < count; tap += TOGETHER, at += TOGETHER) {
      const a = weights[at]!;
      const b = weights[at + 1]!;
      const c = weights[at + 2]!;
      const d = weights[at + 3]!;
      const p = rowOf(tap);
      const q = rowOf(tap + 1);
      const r = rowOf(tap + 2);
      const s = rowOf(tap + 3);
      for (let k = 0; k < stride; k++) {
        sums[k] = (sums[k]! + a * pixels[p + k]! + b * pixels[q + k]! + c * pixels[r + k]! + d * pixels[s + k]!) | 0;
      }
    }
    const to = (place - from) * stride;
    for (let k = 0; k < stride; k++) result[to + k] = sums[k]! >> BITS;
  }
  return new Uint8Array(result.buffer);
}

/** Columns for rows. @param pixels - `[height, width, channels]` */
function transposed(pixels: Uint8Array, height: number, width: number, channels: number): Uint8Array {
  const result = new Uint8Array(pixels.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = (x * height + y) * channels;
      for (let c = 0; c < channels; c++, at++) result[to + c] = pixels[at]!;
    }
  }
  return result;
}

function within(place: number, last: number): number {
  return place < 0 ? 0 : place > last ? last : place;
}
