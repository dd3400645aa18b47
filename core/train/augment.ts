import type { Random } from '../tensor/random.ts';

/** How far an image is varied; lengths are parts of the image's side. */
export interface Augmentation {
  readonly flip: boolean;
  readonly shift: number;
  readonly degrees: number;
  readonly scale: number;
  readonly contrast: number;
  readonly offset: number;
  readonly cutout: number;
}

/** What every net is trained with: at 48 pixels a shift of 4 and a cutout of 14. */
export const STANDARD_AUGMENTATION: Augmentation = {
  flip: true,
  shift: 4 / 48,
  degrees: 12,
  scale: 0.12,
  contrast: 0.2,
  offset: 0.2,
  cutout: 14 / 48,
};

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
  rules: Augmentation,
  draw: Random,
): void => {
  const mirror = rules.flip && draw.next() < 0.5 ? -1 : 1;
  const angle = (draw.uniform(-rules.degrees, rules.degrees) * Math.PI) / 180;
  const zoom = 1 / (1 + draw.uniform(-rules.scale, rules.scale));
  const [dx, dy] = [draw.uniform(-1, 1) * rules.shift * size, draw.uniform(-1, 1) * rules.shift * size];
  const gain = 1 + draw.uniform(-rules.contrast, rules.contrast);
  const lift = draw.uniform(-rules.offset, rules.offset);
  const [cos, sin] = [Math.cos(angle) * zoom, Math.sin(angle) * zoom];
  const last = size - 1;
  const centre = last / 2;
  const line = size * channels;

  // Every pixel of every batch comes through here: nothing is allocated for one.
  let at = to;
  for (let y = 0; y < size; y++) {
    const v = y - centre - dy;
    const [sinV, cosV] = [sin * v, cos * v];
    for (let x = 0; x < size; x++) {
      const u = x - centre - dx;
      const sx = reflect(centre + mirror * (cos * u + sinV), last);
      const sy = reflect(centre - sin * u + cosV, last);
      // Neither is negative, so that this rounds down.
      const x0 = Math.min(sx | 0, last - 1);
      const y0 = Math.min(sy | 0, last - 1);
      const fx = sx - x0;
      const fy = sy - y0;
      const gx = 1 - fx;
      const gy = 1 - fy;
      const corner = from + y0 * line + x0 * channels;
      for (let c = corner; c < corner + channels; c++) {
        const upper = source[c]! * gx + source[c + channels]! * fx;
        const lower = source[c + line]! * gx + source[c + line + channels]! * fx;
        target[at++] = gain * (upper * gy + lower * fy) + lift;
      }
    }
  }
  if (rules.cutout > 0 && draw.next() < 0.5) cutOut(target, to, size, channels, Math.round(rules.cutout * size), draw);
};

/** Coordinate inside 0 to last, reflected at both ends without repeating the edge. */
function reflect(at: number, last: number): number {
  // Nearly every pixel; a remainder takes longer than all the rest of its interpolation.
  if (at >= 0 && at <= last) return at;
  const period = 2 * last;
  const folded = Math.abs(at) % period;
  return folded > last ? period - folded : folded;
}

/** Zeros a square whose centre lies anywhere in the image. */
function cutOut(target: Float32Array, to: number, size: number, channels: number, side: number, draw: Random): void {
  const [left, top] = [draw.below(size) - (side >> 1), draw.below(size) - (side >> 1)];
  for (let y = Math.max(top, 0); y < Math.min(top + side, size); y++) {
    const row = to + y * size * channels;
    target.fill(0, row + Math.max(left, 0) * channels, row + Math.min(left + side, size) * channels);
  }
}
