import { type Images, imageAt, toFloats } from '../data/images.ts';

/** Side of the images that the gate looks at, whatever the run's size: what it asks can be seen at a glance. */
export const SIDE = 48;
/** Numbers of one. */
export const AREA = SIDE * SIDE;

/**
 * Images as the gate sees them: lightness alone, 48 by 48. Larger ones are averaged, smaller ones interpolated, both
 * linearly.
 */
export const greyImages = (images: Images): Images<Float32Array> => {
  const { size, count } = images;
  const grey = lightness(images);
  if (size === SIDE) return grey;
  const taps = tapsFor(size);
  const pixels = new Float32Array(count * AREA);
  for (let i = 0; i < count; i++) {
    resample(imageAt(grey, i), size, taps, pixels.subarray(i * AREA, (i + 1) * AREA));
  }
  return { size: SIDE, channels: 1, count, pixels };
};

/** The mean of each pixel's channels, in [0, 1]. */
export function lightness(images: Images): Images<Float32Array> {
  const { size, channels, count, pixels } = toFloats(images);
  if (channels === 1) return { size, channels, count, pixels };
  const grey = new Float32Array(pixels.length / channels);
  for (let i = 0, at = 0; i < grey.length; i++) {
    for (let c = 0; c < channels; c++, at++) grey[i]! += pixels[at]! / channels;
  }
  return { size, channels: 1, count, pixels: grey };
}

/** Which pixels along a side make one of the 48, and their weights, which sum to 1. */
interface Taps {
  readonly first: number;
  readonly weights: Float32Array;
}

/** A triangle as wide as a pixel of the coarser grid. */
function tapsFor(size: number): Taps[] {
  const step = size / SIDE;
  const reach = Math.max(1, step);
  return Array.from({ length: SIDE }, (_, i) => {
    const centre = (i + 0.5) * step - 0.5;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(size - 1, Math.floor(centre + reach));
    const raw = Array.from({ length: last - first + 1 }, (_, k) => 1 - Math.abs(first + k - centre) / reach);
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { first, weights: Float32Array.from(raw, (weight) => weight / sum) };
  });
}

/** Along rows, then along columns. */
function resample(image: Float32Array, size: number, taps: readonly Taps[], target: Float32Array): void {
  const rows = new Float32Array(size * SIDE);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < SIDE; x++) rows[y * SIDE + x] = weighted(image, y * size, 1, taps[x]!);
  }
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) target[y * SIDE + x] = weighted(rows, x, SIDE, taps[y]!);
  }
}

function weighted(values: Float32Array, start: number, step: number, { first, weights }: Taps): number {
  let sum = 0;
  for (let k = 0, at = start + first * step; k < weights.length; k++, at += step) sum += weights[k]! * values[at]!;
  return sum;
}
