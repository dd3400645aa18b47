import { THUMBNAIL } from './thumbnails.ts';

/** Pixels of a thumbnail between two means along a side. */
const STEP = 2;
/** Means along a side; what lies within two pixels of the border is left out, since a shifted image has lost it. */
const ACROSS = THUMBNAIL / STEP - 2;
/** Numbers of an impression. */
export const IMPRESSION = ACROSS * ACROSS;

/**
 * An impression before what all images have in common is taken from it: means of overlapping windows, at mean 0 and length 1.
 * @param detail - of a thumbnail
 * @param offset - pixels by which the windows are moved, across and down
 */
export const roughImpression = (detail: Float32Array, [x, y]: readonly [number, number]): Float32Array => {
  const [columns, rows] = [windowsAt(x), windowsAt(y)];
  const narrow = new Float32Array(THUMBNAIL * ACROSS);
  for (let line = 0; line < THUMBNAIL; line++) {
    for (let i = 0; i < ACROSS; i++) narrow[line * ACROSS + i] = mean(detail, line * THUMBNAIL, 1, columns[i]!);
  }
  const result = new Float32Array(IMPRESSION);
  for (let j = 0; j < ACROSS; j++) {
    for (let i = 0; i < ACROSS; i++) result[j * ACROSS + i] = mean(narrow, i, ACROSS, rows[j]!);
  }
  const middle = result.reduce((sum, value) => sum + value, 0) / IMPRESSION;
  return toUnitLength(result.map((value) => value - middle));
};

/** What images of a task have in common: the mean of their impressions and of their mirrors'. */
export const commonImpression = (impressions: readonly Float32Array[]): Float32Array => {
  const common = new Float32Array(IMPRESSION);
  for (const one of impressions) {
    one.forEach((value, at) => {
      const other = at - (at % ACROSS) + ACROSS - 1 - (at % ACROSS);
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

const known = new Map<number, readonly Window[]>();

/** Triangles twice as wide as a step, moved by some pixels. */
function windowsAt(offset: number): readonly Window[] {
  const found = known.get(offset);
  if (found !== undefined) return found;
  const windows = Array.from({ length: ACROSS }, (_, i): Window => {
    const centre = (i + 1.5) * STEP - 0.5 + offset;
    const first = Math.ceil(centre - STEP);
    const raw = Array.from({ length: 2 * STEP }, (_, k) => Math.max(0, 1 - Math.abs(first + k - centre) / STEP));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { first, weights: raw.map((weight) => weight / sum) };
  });
  known.set(offset, windows);
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
