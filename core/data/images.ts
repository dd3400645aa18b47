/** Height and width in pixels, and channels: 1 grey, 3 colour. */
export interface Shape {
  readonly size: number;
  readonly channels: number;
}

/** Pixel values: 0 to 255 if bytes, 0 to 1 if floats. */
export type Pixels = Uint8Array | Float32Array;

/** Images of one shape, side by side in one block. Every set of images in the program is this and what it adds to it. */
export interface Images<P extends Pixels = Pixels> extends Shape {
  readonly count: number;
  /** `[count, size, size, channels]`, row-major. */
  readonly pixels: P;
}

/** Images with the index of each one's class: a labelled set, or pool images with their pseudo-labels. */
export interface LabelledImages extends Images<Uint8Array> {
  /** `[count]`, indices into the run's class list. */
  readonly labels: Int32Array;
}

/** Labelled images of which some may be drawn more often than others. */
export interface WeightedImages extends LabelledImages {
  /** `[count]`: how often training draws each, in proportion; by default all alike. */
  readonly weights?: Float32Array | undefined;
  /** `[count]`: that each label is right, as far as who gave it can tell; by default it is. */
  readonly chances?: Float32Array | undefined;
}

/** Numbers of one image. */
export function valuesOf({ size, channels }: Shape): number {
  return size * size * channels;
}

/** `count` black images of 8 bits. */
export function blankImages({ size, channels }: Shape, count: number): Images<Uint8Array<ArrayBuffer>> {
  return { size, channels, count, pixels: new Uint8Array(count * size * size * channels) };
}

/** Image `i`, `[size, size, channels]`: a window into the block, not a copy. */
export function imageAt<P extends Pixels>(images: Images<P>, i: number): P {
  const values = valuesOf(images);
  return images.pixels.subarray(i * values, (i + 1) * values) as P;
}

/** `count` images from `start` on: a window into the block, not a copy. */
export function sliceImages<P extends Pixels>(images: Images<P>, start: number, count: number): Images<P> {
  const values = valuesOf(images);
  const pixels = images.pixels.subarray(start * values, (start + count) * values) as P;
  return { size: images.size, channels: images.channels, count, pixels };
}

/** A copy of the images at `indices`, in that order. */
export function selectImages<P extends Pixels>(images: Images<P>, indices: ArrayLike<number>): Images<P> {
  const { size, channels } = images;
  const values = valuesOf(images);
  const pixels = emptyLike(images.pixels, indices.length * values);
  for (let i = 0; i < indices.length; i++) pixels.set(imageAt(images, indices[i]!), i * values);
  return { size, channels, count: indices.length, pixels };
}

/** The same with their labels. */
export function selectLabelled(images: LabelledImages, indices: ArrayLike<number>): LabelledImages {
  return { ...selectImages(images, indices), labels: Int32Array.from(indices, (index) => images.labels[index]!) };
}

/**
 * All images in one new block, in the order given.
 * @throws RangeError where there are none, or where two differ in shape or kind of pixels
 */
export function concatImages<P extends Pixels>(parts: readonly Images<P>[]): Images<P> {
  const [first] = parts;
  if (first === undefined) throw new RangeError('There are no images to put together.');
  const { size, channels } = first;
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const pixels = emptyLike(first.pixels, count * valuesOf(first));
  let offset = 0;
  for (const part of parts) {
    if (part.size !== size || part.channels !== channels || part.pixels.constructor !== pixels.constructor) {
      const shapes = `${size} × ${size} × ${channels} and ${part.size} × ${part.size} × ${part.channels}`;
      throw new RangeError(`Only images of one shape and kind can be put together. Received ${shapes}.`);
    }
    pixels.set(part.pixels, offset);
    offset += part.pixels.length;
  }
  return { size, channels, count, pixels };
}

/** 8-bit images as floats in [0, 1]; floats stay what they are. */
export function toFloats({ size, channels, count, pixels }: Images): Images<Float32Array> {
  if (pixels instanceof Float32Array) return { size, channels, count, pixels };
  // A loop: `from` takes ten times as long.
  const floats = new Float32Array(pixels.length);
  for (let i = 0; i < floats.length; i++) floats[i] = pixels[i]! / 255;
  return { size, channels, count, pixels: floats };
}

/** Floats as the nearest of 256 levels, clipped to [0, 1]; bytes stay what they are. */
export function toBytes({ size, channels, count, pixels }: Images): Images<Uint8Array> {
  return { size, channels, count, pixels: pixels instanceof Uint8Array ? pixels : levelsOf(pixels) };
}

function emptyLike<P extends Pixels>(pixels: P, length: number): P {
  return (pixels instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length)) as P;
}

/** Floats in [0, 1] as the nearest of 256 levels. */
function levelsOf(values: Float32Array): Uint8Array {
  return Uint8Array.from(values, (value) => Math.max(0, Math.min(255, Math.round(value * 255))));
}
