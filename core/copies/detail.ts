import { THUMBNAIL, THUMBNAIL_AREA } from './thumbnails.ts';

/** Pixels on each side of one that its surroundings reach. */
const REACH = 3;

/**
 * A thumbnail without its coarse light and shade: each pixel less the mean of its surroundings. Faces of different people
 * share those, copies share the rest.
 */
export const detailOf = (thumbnail: Uint8Array): Float32Array => {
  const sums = integralOf(thumbnail);
  const at = (x: number, y: number): number => sums[y * (THUMBNAIL + 1) + x]!;
  const result = new Float32Array(THUMBNAIL_AREA);
  for (let y = 0; y < THUMBNAIL; y++) {
    const [top, bottom] = [Math.max(0, y - REACH), Math.min(THUMBNAIL, y + REACH + 1)];
    for (let x = 0; x < THUMBNAIL; x++) {
      const [left, right] = [Math.max(0, x - REACH), Math.min(THUMBNAIL, x + REACH + 1)];
      const sum = at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top);
      const i = y * THUMBNAIL + x;
      result[i] = thumbnail[i]! - sum / ((right - left) * (bottom - top));
    }
  }
  return result;
};

/** `[25, 25]`: the sum of all pixels above and to the left of each corner. */
function integralOf(thumbnail: Uint8Array): Float64Array {
  const side = THUMBNAIL + 1;
  const sums = new Float64Array(side * side);
  for (let y = 0; y < THUMBNAIL; y++) {
    for (let x = 0, row = 0; x < THUMBNAIL; x++) {
      row += thumbnail[y * THUMBNAIL + x]!;
      sums[(y + 1) * side + x + 1] = sums[y * side + x + 1]! + row;
    }
  }
  return sums;
}
