import type { Images, LabelledImages } from '../data/images.ts';

/** Images with soft targets: what a net is trained on. */
export interface TrainingData extends Images {
  readonly classes: number;
  /** `[count, classes]`, rows that sum to 1. */
  readonly targets: Float32Array;
}

/** Hard labels as smoothed targets: 1 - s at the label, and s spread evenly over all classes. */
export const withHardLabels = (set: LabelledImages, classes: number, smoothing: number): TrainingData => {
  const targets = new Float32Array(set.count * classes).fill(smoothing / classes);
  set.labels.forEach((label, i) => (targets[i * classes + label]! += 1 - smoothing));
  return withSoftLabels(set, classes, targets);
};

/** Targets as they are, e.g. a teacher's probabilities. */
export const withSoftLabels = (
  { size, channels, count, pixels }: Images,
  classes: number,
  targets: Float32Array,
): TrainingData => ({ size, channels, count, pixels, classes, targets });
