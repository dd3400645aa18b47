import { type Images, valuesOf } from './images.ts';

/**
 * Deviation below which an image is not stretched further, in units of the full 0-to-1 range: without a floor a
 * constant image would become amplified noise.
 */
export const DEVIATION_FLOOR = 0.02;

/**
 * Per-image standardisation: zero mean, unit deviation.
 * @param pixels - images of `values` numbers each; 0 to 255 if bytes, 0 to 1 if floats
 * @returns float32 of the same length
 */
export const standardised = (pixels: Uint8Array | Float32Array, values: number): Float32Array => {
  const result = new Float32Array(pixels.length);
  for (let start = 0; start < pixels.length; start += values) {
    const [mean, scale] = stretchOf(pixels, start, values);
    for (let i = start; i < start + values; i++) result[i] = (pixels[i]! - mean) * scale;
  }
  return result;
};

/**
 * The same for single images of a set that are asked for again and again: what is measured of one is kept.
 * @returns image `i`, standardised; the next call overwrites it
 */
export const standardiserOf = (images: Images): ((i: number) => Float32Array) => {
  const { pixels, count } = images;
  const values = valuesOf(images);
  const means = new Float64Array(count).fill(Number.NaN);
  const scales = new Float64Array(count);
  const result = new Float32Array(values);
  return (i) => {
    const start = i * values;
    if (Number.isNaN(means[i]!)) [means[i], scales[i]] = stretchOf(pixels, start, values);
    const mean = means[i]!;
    const scale = scales[i]!;
    for (let j = 0; j < values; j++) result[j] = (pixels[start + j]! - mean) * scale;
    return result;
  };
};

/** What is taken away from the numbers of an image, and what they are multiplied by then. */
function stretchOf(pixels: Uint8Array | Float32Array, start: number, values: number): [mean: number, scale: number] {
  let sum = 0;
  for (let i = start; i < start + values; i++) sum += pixels[i]!;
  const mean = sum / values;
  let squares = 0;
  for (let i = start; i < start + values; i++) squares += (pixels[i]! - mean) ** 2;
  const floor = pixels instanceof Uint8Array ? DEVIATION_FLOOR * 255 : DEVIATION_FLOOR;
  return [mean, 1 / Math.max(Math.sqrt(squares / values), floor)];
}
