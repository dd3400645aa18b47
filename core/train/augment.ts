import type { Augmentation } from '../contracts/augmentation.ts';
import { type Geometry, turned, warp } from '../data/warp.ts';
import type { Random } from '../tensor/random.ts';

/** How one image is varied. */
export interface Variation extends Augmentation {
  /** Whether half of them are mirrored. */
  readonly flip: boolean;
}

/**
 * Varies one standardised image: mirror, shift, rotation and scale in one bilinear resampling with reflected
 * borders, then contrast and offset, then a square of zeros (cutout) in half of the cases.
 * @param source - `[size, size, channels]` from `from` on
 * @param target - receives the same number of values from `to` on
 */
export const augment = (
  source: Float32Array,
  from: number,
  target: Float32Array,
  to: number,
  size: number,
  channels: number,
  rules: Variation,
  draw: Random,
): void => {
  warp(source.subarray(from), target.subarray(to), { size, channels }, drawnGeometry(rules, size, draw));
  if (rules.cutout > 0 && draw.next() < 0.5) cutOut(target, to, size, channels, Math.round(rules.cutout * size), draw);
};

function drawnGeometry(
  { flip, degrees, scale, shift, contrast, offset }: Variation,
  size: number,
  draw: Random,
): Geometry {
  const mirror = flip && draw.next() < 0.5 ? -1 : 1;
  const turn = turned(draw.uniform(-degrees, degrees), 1 + draw.uniform(-scale, scale));
  const [dx, dy] = [draw.uniform(-1, 1) * shift * size, draw.uniform(-1, 1) * shift * size];
  const gain = 1 + draw.uniform(-contrast, contrast);
  const lift = draw.uniform(-offset, offset);
  return { mirror, ...turn, dx, dy, gain, lift };
}

/** Zeros a square whose centre lies anywhere in the image. */
export function cutOut(
  target: Float32Array,
  to: number,
  size: number,
  channels: number,
  side: number,
  draw: Random,
): void {
  const [left, top] = [draw.below(size) - (side >> 1), draw.below(size) - (side >> 1)];
  for (let y = Math.max(top, 0); y < Math.min(top + side, size); y++) {
    const row = to + y * size * channels;
    target.fill(0, row + Math.max(left, 0) * channels, row + Math.min(left + side, size) * channels);
  }
}
