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
    for (let i = 0; i < across; i++) narrow[line * across + i] = mean(detail, line * THUMBNAIL, 1, columns[i]!);
  }
  const result = new Float32Array(numbersOf(grid));
  for (let j = 0; j < across; j++) {
    for (let i = 0; i < across; i++) result[j * across + i] = mean(narrow, i, across, rows[j]!);
  }
  const middle = result.reduce((sum, value) => sum + value, 0) / result.length;
  return toUnitLength(result.map((value) => value - middle));
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

/** Which pixels along a side make one mean, and their weights, which sum to 1. */
interface Window {
  readonly first: number;
  readonly weights: readonly number[];
}

const known = new Map<string, readonly Window[]>();

/** Triangles, moved by some pixels; what reaches beyond the image is left out. */
function windowsAt(offset: number, { step, across, reach }: Grid): readonly Window[] {
  const name = [offset, step, across, reach].join();
  const found = known.get(name);
  if (found !== undefined) return found;
  const border = (THUMBNAIL - across * step) / 2;
  const windows = Array.from({ length: across }, (_, i): Window => {
    const centre = border + (i + 0.5) * step - 0.5 + offset;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(THUMBNAIL - 1, Math.floor(centre + reach));
    const raw = Array.from({ length: last - first + 1 }, (_, k) => 1 - Math.abs(first + k - centre) / reach);
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { first, weights: raw.map((weight) => weight / sum) };
  });
  known.set(name, windows);
  return windows;
}

function mean(values: ArrayLike<number>, start: number, step: number, { first, weights }: Window): number {
  let sum = 0;
  for (let k = 0, at = start + first * step; k < weights.length; k++, at += step) sum += weights[k]! * values[at]!;
  return sum;
}

/** A constant image stays 0. */
function toUnitLength(values: Float32Array): Float32Array {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return length < 1e-6 ? values.fill(0) : values.map((value) => value / length);
}
