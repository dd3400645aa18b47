import { KERNEL } from './kernel-bytes.ts';

/** What `kernel.wat` exports; numbers are places in its memory, or counts. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  luma(from: number, count: number, to: number): void;
  weigh(from: number, stride: number, rows: number, weights: number, taps: number, places: number, to: number): void;
  transpose(from: number, height: number, width: number, channels: number, to: number): void;
}

/** Rows of a result, each the sum of some rows of an image. */
export interface RowSums {
  /** Rows of the image that each is made of, an even number. */
  readonly taps: number;
  /** `[places, taps]` */
  readonly rows: Int32Array;
  /** `[places, taps]`, in parts of 16,384. */
  readonly weights: Int16Array;
}

const PAGE = 65_536;
/** Values that are worked on at once: so many bytes behind each block may be read or written. */
const AT_ONCE = 16;

const run = instance();

/**
 * Grey as others make it, so that a grey copy of an image is the same image: Rec. 601 on values as they are stored. Libvips weighs
 * light instead, and saturated colours become another grey.
 * @param rgb - three bytes a pixel
 * @see https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.convert, whose integers these are
 */
export const lumaOf = (rgb: Uint8Array): Uint8Array => {
  const count = rgb.length / 3;
  const [from, to] = placesOf(rgb.length, count);
  put(rgb, from);
  run.luma(from, count, to);
  return take(to, count);
};

/** Sums of rows, rounded to bytes. @param pixels - rows of `stride` values @returns `[places, stride]` */
export const sumsOfRows = (pixels: Uint8Array, stride: number, { taps, rows, weights }: RowSums): Uint8Array => {
  const places = rows.length / taps;
  const length = places * stride;
  const [from, to, rowsAt, weightsAt] = placesOf(pixels.length, length, rows.byteLength, weights.byteLength);
  put(pixels, from);
  put(rows, rowsAt);
  put(weights, weightsAt);
  run.weigh(from, stride, rowsAt, weightsAt, taps, places, to);
  return take(to, length);
};

/** Columns for rows. @param pixels - `[height, width, channels]` */
export const transposed = (pixels: Uint8Array, height: number, width: number, channels: number): Uint8Array => {
  const [from, to] = placesOf(pixels.length, pixels.length);
  put(pixels, from);
  run.transpose(from, height, width, channels, to);
  return take(to, pixels.length);
};

/** What is used of WebAssembly, whose types come with those of browsers alone. */
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

function instance(): Exports {
  const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly;
  return new Instance(new Module(Buffer.from(KERNEL, 'base64'))).exports as Exports;
}

/** Where blocks of so many bytes lie one behind the other, in a memory that has room for them. */
function placesOf(...lengths: readonly number[]): [number, number, number, number] {
  let next = 0;
  const places = lengths.map((length) => {
    const place = next;
    next += Math.ceil(length / AT_ONCE) * AT_ONCE + AT_ONCE;
    return place;
  });
  const missing = next - run.memory.buffer.byteLength;
  if (missing > 0) run.memory.grow(Math.ceil(missing / PAGE));
  return places as [number, number, number, number];
}

function put({ buffer, byteOffset, byteLength }: Uint8Array | Int32Array | Int16Array, at: number): void {
  new Uint8Array(run.memory.buffer).set(new Uint8Array(buffer, byteOffset, byteLength), at);
}

/** A copy, since the next call writes over it. */
function take(at: number, length: number): Uint8Array {
  return new Uint8Array(run.memory.buffer, at, length).slice();
}
