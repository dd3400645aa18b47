import type { Images } from '../core/data/images.ts';
import type { Course } from '../core/distill/course.ts';

/** Keeps a logarithm finite. */
const LEAST = 1e-9;

/**
 * A finished set as a course.
 * @param views - class by class
 * @param labels - `[views, classes]`, rows that sum to 1
 */
export const courseOfSet = (
  views: Images<Float32Array>,
  perClass: number,
  labels: Float32Array,
  stepSizes: readonly number[],
): Course => ({
  images: views,
  perClass,
  logits: labels.map((share) => Math.log(Math.max(share, LEAST))),
  logSizes: Float32Array.from(stepSizes, Math.log),
});
