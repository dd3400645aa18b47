import type { Shape } from './images.ts';

/** Pixels of one or of more images of a shape, left and right of each exchanged. */
export function mirrored<T extends Uint8Array | Float32Array>(pixels: T, { size, channels }: Shape): T {
  const result = pixels.slice() as T;
  const line = size * channels;
  for (let start = 0; start < pixels.length; start += line) {
    for (let x = 0; x < size; x++) {
      const pixel = pixels.subarray(start + x * channels, start + (x + 1) * channels);
      result.set(pixel, start + (size - 1 - x) * channels);
    }
  }
  return result;
}
