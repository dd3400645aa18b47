import type { Shape } from './images.ts';

/** How an image is laid under another frame: lengths in pixels of the source. */
export interface Geometry {
  /** -1 mirrors it left to right, else 1. */
  readonly mirror: 1 | -1;
  /** Of the angle by which it is turned, both divided by what it is enlarged by. */
  readonly cos: number;
  readonly sin: number;
  readonly dx: number;
  readonly dy: number;
  /** What its values are multiplied by, and what is added to them then. */
  readonly gain: number;
  readonly lift: number;
}

/** A turn by an angle in degrees and an enlargement, as `Geometry` wants them. */
export const turned = (degrees: number, enlarged: number): Pick<Geometry, 'cos' | 'sin'> => {
  const [angle, zoom] = [(degrees * Math.PI) / 180, 1 / enlarged];
  return { cos: Math.cos(angle) * zoom, sin: Math.sin(angle) * zoom };
};

/**
 * Mirrors, turns, enlarges and shifts an image around its centre in one bilinear resampling; what lies outside is reflected at the
 * border, whose own pixels are not repeated.
 * @param source - `[size, size, channels]`
 * @param target - receives as many values
 */
export const warp = (
  source: Float32Array,
  target: Float32Array,
  { size, channels }: Shape,
  { mirror, cos, sin, dx, dy, gain, lift }: Geometry,
): void => {
  const last = size - 1;
  const centre = last / 2;
  const line = size * channels;

  // Every pixel of every batch comes through here: nothing is allocated for one.
  let at = 0;
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
      const corner = y0 * line + x0 * channels;
      for (let c = corner; c < corner + channels; c++) {
        const upper = source[c]! * gx + source[c + channels]! * fx;
        const lower = source[c + line]! * gx + source[c + line + channels]! * fx;
        target[at++] = gain * (upper * gy + lower * fy) + lift;
      }
    }
  }
};

/** Coordinate inside 0 to last, reflected at both ends without repeating the edge. */
function reflect(at: number, last: number): number {
  // Nearly every pixel; a remainder takes longer than all the rest of its interpolation.
  if (at >= 0 && at <= last) return at;
  const period = 2 * last;
  const folded = Math.abs(at) % period;
  return folded > last ? period - folded : folded;
}
