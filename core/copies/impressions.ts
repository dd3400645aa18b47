import { THUMBNAIL } from './thumbnails.ts';

/** Where the means of an impression are taken. */
export interface Grid {
  /** Pixels of a thumbnail between two means along a side. */
  readonly step: number;
  /** Means along a side, in the middle of the image: what lies at the border a shifted image may have lost. */
  readonly across: number;
  /** Pixels from the middle of a window to where its weights end. */
  readonly reach: number;
}

/** Numbers of an impression. */
export const numbersOf = ({ across }: Grid): number => across * across;

/**
 * An impression before what all images have in common is taken from it: means of overlapping windows, at mean 0 and length 1.
 * @param detail - of a thumbnail
 * @param offset - pixels by which the windows are moved, across and down
 */
export const roughImpression = (detail: Float32Array, [x, y]: readonly [number, number], grid: Grid): Float32Array => {
  const { across } = grid;
  const [columns, rows] = [windowsAt(x, grid), windowsAt(y, grid)];
  const narrow = new Float32Array(THUMBNAIL * across);
  for (let line = 0; line < THUMBNAIL; line++) {
    weigh(detail, line * THUMBNAIL, 1, columns, narrow, line * across, 1);
  }
  const result = new Float32Array(numbersOf(grid));
  for (let i = 0; i < across; i++) weigh(narrow, i, across, rows, result, i, across);
  let sum = 0;
  for (let i = 0; i < result.length; i++) sum += result[i]!;
  const middle = sum / result.length;
  for (let i = 0; i < result.length; i++) result[i] = result[i]! - middle;
  return toUnitLength(result);
};

/** What images of a task have in common: the mean of their impressions and of their mirrors'. */
export const commonImpression = (impressions: readonly Float32Array[], grid: Grid): Float32Array => {
  const { across } = grid;
  const common = new Float32Array(numbersOf(grid));
  for (const one of impressions) {
    one.forEach((value, at) => {
      const other = at - (at % across) + across - 1 - (at % across);
      common[at]! += value / impressions.length / 2;
      common[other]! += value / impressions.length / 2;
    });
  }
  return common;
};

/** An impression without what is common to all; that of a constant image stays 0. */
export const ownImpression = (rough: Float32Array, common: Float32Array): Float32Array =>
  rough.every((value) => value === 0) ? rough : toUnitLength(rough.map((value, at) => value - common[at]!));

/** Which pixels along a side make each mean, and their weights, of which those of one mean sum to 1. */
interface Windows {
  /** `[across]`: the first pixel of each. */
  readonly first: Int32Array;
  /** `[across + 1]`: where the weights of each begin. */
  readonly starts: Int32Array;
  readonly weights: Float64Array;
}

/** By grid and offset: every image of a pool asks for the same few. */
const known = new Map<Grid, Map<number, Windows>>();

/** Triangles, moved by some pixels; what reaches beyond the image is left out. */
function windowsAt(offset: number, grid: Grid): Windows {
  const ofGrid = known.get(grid) ?? new Map<number, Windows>();
  known.set(grid, ofGrid);
  const windows = ofGrid.get(offset) ?? makeWindows(offset, grid);
  ofGrid.set(offset, windows);
  return windows;
}

function makeWindows(offset: number, { step, across, reach }: Grid): Windows {
  const border = (THUMBNAIL - across * step) / 2;
  const first = new Int32Array(across);
  const starts = new Int32Array(across + 1);
  const weights: number[] = [];
  for (let i = 0; i < across; i++) {
    const centre = border + (i + 0.5) * step - 0.5 + offset;
    first[i] = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(THUMBNAIL - 1, Math.floor(centre + reach));
    const raw = Array.from({ length: last - first[i]! + 1 }, (_, k) => 1 - Math.abs(first[i]! + k - centre) / reach);
    const sum = raw.reduce((total, weight) => total + weight, 0);
    weights.push(...raw.map((weight) => weight / sum));
    starts[i + 1] = weights.length;
  }
  return { first, starts, weights: Float64Array.from(weights) };
}

/** Means along one line of values that stand `step` apart, written `stride` apart. */
function weigh(
  values: Float32Array,
  start: number,
  step: number,
  { first, starts, weights }: Windows,
  into: Float32Array,
  to: number,
  stride: number,
): void {
  for (let i = 0; i < first.length; i++) {
    let sum = 0;
    for (let k = starts[i]!, at = start + first[i]! * step; k < starts[i + 1]!; k++, at += step) {
      sum += weights[k]! * values[at]!;
    }
    into[to + i * stride] = sum;
  }
}

/** In place; a constant image stays 0. */
function toUnitLength(values: Float32Array): Float32Array {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! * values[i]!;
  const length = Math.sqrt(squares);
  if (length < 1e-6) return values.fill(0);
  for (let i = 0; i < values.length; i++) values[i] = values[i]! / length;
  return values;
}
