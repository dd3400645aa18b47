import { THUMBNAIL } from './thumbnails.ts';

/** Pixels along the border that are not compared: what a shift or a cut has taken away. */
const MARGIN = 4;
const WINDOW = THUMBNAIL - 2 * MARGIN;
const COMPARED = WINDOW * WINDOW;
const CENTRE = (THUMBNAIL - 1) / 2;

/** Shift across and down in pixels, and how much larger the other image is, across and down. */
const UNKNOWNS = 4;
const MOST_STEPS = 8;
/** Pixels: a smaller step changes nothing any more. */
const SETTLED = 0.01;
/** What a copy may have been moved by, in pixels, and enlarged by; beyond, images are made alike that are not. */
const MOST_SHIFT = 2.5;
const MOST_GROWTH = 0.15;
/** Part of the mean curvature that is added, so that an image without detail moves nowhere. */
const DAMPING = 1e-3;

/** How alike an image is to others, at best over small shifts and changes of size. */
export type Alignment = (other: Float32Array, start: readonly [number, number]) => number;

/**
 * Prepares an image for being compared: the other is moved on it step by step (Gauss-Newton, inverse compositional).
 * @param image - detail of a thumbnail
 * @returns a function of another detail and where to begin: the correlation of the two where they fit best, in [-1, 1]
 * @see Baker and Matthews, Lucas-Kanade 20 Years On (IJCV 2004)
 */
export const alignerOf = (image: Float32Array): Alignment => {
  const own = new Float64Array(COMPARED);
  for (let i = 0; i < COMPARED; i++) own[i] = image[placeOf(i)]!;
  const length = normalise(own);
  const slopes = slopesOf(image, length);
  const inverse = inverseOf(curvatureOf(slopes));
  const moved = new Float64Array(COMPARED);

  return (other, [across, down]) => {
    let [dx, dy, gx, gy] = [across, down, 0, 0];
    let best = -1;
    for (let step = 0; step <= MOST_STEPS; step++) {
      sample(other, dx, dy, 1 + gx, 1 + gy, moved);
      normalise(moved);
      const [likeness, change] = compare(own, moved, slopes, inverse);
      best = Math.max(best, likeness);
      const [x, y, w, h] = change;
      // The other way round, since the step was found on the image that stays.
      gx = (1 + gx) / (1 + w!) - 1;
      gy = (1 + gy) / (1 + h!) - 1;
      dx -= (1 + gx) * x!;
      dy -= (1 + gy) * y!;
      if (Math.max(Math.abs(dx), Math.abs(dy)) > MOST_SHIFT) break;
      if (Math.max(Math.abs(gx), Math.abs(gy)) > MOST_GROWTH) break;
      if (Math.max(Math.abs(x!), Math.abs(y!), CENTRE * Math.abs(w!), CENTRE * Math.abs(h!)) < SETTLED) break;
    }
    return best;
  };
};

/** Where the `i`-th compared pixel stands in its image. */
function placeOf(i: number): number {
  return (MARGIN + Math.floor(i / WINDOW)) * THUMBNAIL + MARGIN + (i % WINDOW);
}

/** To mean 0 and length 1, in place; what is constant becomes 0. @returns the length that it had */
function normalise(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  const length = Math.sqrt(squares);
  for (let i = 0; i < values.length; i++) values[i] = length < 1e-6 ? 0 : (values[i]! - mean) / length;
  return length;
}

/** By how much each compared pixel changes with each unknown: `[4, compared]`. */
function slopesOf(image: Float32Array, length: number): Float64Array {
  const slopes = new Float64Array(UNKNOWNS * COMPARED);
  const scale = length < 1e-6 ? 0 : 0.5 / length;
  for (let i = 0; i < COMPARED; i++) {
    const at = placeOf(i);
    const x = scale * (image[at + 1]! - image[at - 1]!);
    const y = scale * (image[at + THUMBNAIL]! - image[at - THUMBNAIL]!);
    slopes[i] = x;
    slopes[COMPARED + i] = y;
    slopes[2 * COMPARED + i] = x * ((at % THUMBNAIL) - CENTRE);
    slopes[3 * COMPARED + i] = y * (Math.floor(at / THUMBNAIL) - CENTRE);
  }
  return slopes;
}

/** `[4, 4]`: products of the slopes, summed over the pixels. */
function curvatureOf(slopes: Float64Array): number[][] {
  const product = (i: number, j: number): number => {
    let sum = 0;
    for (let k = 0; k < COMPARED; k++) sum += slopes[i * COMPARED + k]! * slopes[j * COMPARED + k]!;
    return sum;
  };
  const unknowns = Array.from({ length: UNKNOWNS }, (_, k) => k);
  return unknowns.map((i) => unknowns.map((j) => product(i, j) * (i === j ? 1 + DAMPING : 1) + 1e-9 * Number(i === j)));
}

/** Gauss-Jordan; the damping keeps the pivots above 0. */
function inverseOf(matrix: readonly (readonly number[])[]): number[][] {
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => Number(i === j))]);
  rows.forEach((pivot, k) => {
    const scale = pivot[k]!;
    for (let j = 0; j < pivot.length; j++) pivot[j]! /= scale;
    rows.forEach((row, i) => {
      const factor = row[k]!;
      if (i !== k) for (let j = 0; j < row.length; j++) row[j]! -= factor * pivot[j]!;
    });
  });
  return rows.map((row) => row.slice(UNKNOWNS));
}

/** The other image, moved and enlarged about its centre, at the compared pixels; between pixels linearly. */
function sample(other: Float32Array, dx: number, dy: number, sx: number, sy: number, to: Float64Array): void {
  const last = THUMBNAIL - 1.001;
  for (let row = 0, i = 0; row < WINDOW; row++) {
    const y = Math.max(0, Math.min(last, CENTRE + sy * (MARGIN + row - CENTRE) + dy));
    const top = Math.floor(y) * THUMBNAIL;
    const v = y - Math.floor(y);
    for (let column = 0; column < WINDOW; column++, i++) {
      const x = Math.max(0, Math.min(last, CENTRE + sx * (MARGIN + column - CENTRE) + dx));
      const at = top + Math.floor(x);
      const u = x - Math.floor(x);
      const above = other[at]! + u * (other[at + 1]! - other[at]!);
      const below = other[at + THUMBNAIL]! + u * (other[at + THUMBNAIL + 1]! - other[at + THUMBNAIL]!);
      to[i] = above + v * (below - above);
    }
  }
}

/** The correlation of the two, and the step that would raise it most. */
function compare(
  own: Float64Array,
  moved: Float64Array,
  slopes: Float64Array,
  inverse: readonly (readonly number[])[],
): [likeness: number, change: number[]] {
  // One variable a sum: this is where a comparison's time goes.
  let [likeness, across, down, wider, higher] = [0, 0, 0, 0, 0];
  for (let i = 0; i < COMPARED; i++) {
    const error = moved[i]! - own[i]!;
    likeness += moved[i]! * own[i]!;
    across += slopes[i]! * error;
    down += slopes[COMPARED + i]! * error;
    wider += slopes[2 * COMPARED + i]! * error;
    higher += slopes[3 * COMPARED + i]! * error;
  }
  const pull = [across, down, wider, higher];
  return [likeness, inverse.map((row) => row.reduce((sum, value, k) => sum + value * pull[k]!, 0))];
}
