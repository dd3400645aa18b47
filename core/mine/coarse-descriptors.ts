import { type Images, imageAt, valuesOf } from '../data/images.ts';

/** Side of the squares whose means describe an image; sizes are multiples of 4. */
const SQUARE = 4;

/**
 * Images with a coarse descriptor each: the image, centred and at unit length, projected on the means of its
 * squares, and one number more: the length of what the projection left out. So the dot product of two descriptors is never
 * below the cosine of the images (Cauchy-Schwarz on what was left out).
 */
export interface CoarseDescriptors {
  readonly count: number;
  /** Numbers of a descriptor: a sixteenth of the image's, and one. */
  readonly width: number;
  /** `[count, width]` */
  readonly descriptors: Float32Array;
  readonly means: Float64Array;
  /** Of the centred images; 0 where one is constant, and its descriptor is zero then. */
  readonly lengths: Float64Array;
  image(i: number): Uint8Array;
  descriptor(i: number): Float32Array;
}

/** Describes images of 8 bits. */
export const coarseDescriptorsOf = (images: Images<Uint8Array>): CoarseDescriptors => {
  const { size, channels, count, pixels } = images;
  const values = valuesOf(images);
  const across = size / SQUARE;
  const width = across * across * channels + 1;
  const descriptors = new Float32Array(count * width);
  const means = new Float64Array(count);
  const lengths = new Float64Array(count);
  const sums = new Float64Array(width - 1);

  for (let i = 0; i < count; i++) {
    sums.fill(0);
    let squares = 0;
    for (let y = 0, at = i * values; y < size; y++) {
      let square = Math.floor(y / SQUARE) * across * channels;
      for (let x = 0; x < across; x++, square += channels) {
        for (let k = 0; k < SQUARE * channels; k++, at++) {
          const value = pixels[at]!;
          sums[square + (k % channels)]! += value;
          squares += value * value;
        }
      }
    }
    let total = 0;
    for (const sum of sums) total += sum;
    const mean = total / values;
    // Of whole numbers, so a constant image gives exactly 0 in spite of the difference.
    const length = Math.sqrt(Math.max(0, values * squares - total * total) / values);
    means[i] = mean;
    lengths[i] = length;
    if (length === 0) continue;
    let kept = 0;
    const start = i * width;
    for (let k = 0; k < sums.length; k++) {
      const coordinate = (sums[k]! / SQUARE - SQUARE * mean) / length;
      descriptors[start + k] = coordinate;
      kept += coordinate * coordinate;
    }
    descriptors[start + sums.length] = Math.sqrt(Math.max(0, 1 - kept));
  }
  return {
    count,
    width,
    descriptors,
    means,
    lengths,
    image: (i) => imageAt(images, i),
    descriptor: (i) => descriptors.subarray(i * width, (i + 1) * width),
  };
};
