import type { RunConfig } from '../contracts/config.ts';
import type { Images, LabelledImages, WeightedImages } from '../data/images.ts';

/** Images with soft targets: what a net is trained on. */
export interface TrainingData extends Images {
  readonly classes: number;
  /** `[count, classes]`, rows that sum to 1, or to 0 where nothing is to be learned. */
  readonly targets: Float32Array;
  /** `[count]`: how often each image is drawn, in proportion; by default all of them alike. */
  readonly weights?: Float32Array | undefined;
}

/** The same, of views that are made when they are asked for: their labels hold for them as they are, so that training varies none. */
export interface MadeData extends Omit<TrainingData, 'pixels'> {
  /** View `i`, standardised. */
  make(i: number): Float32Array;
}

/** Hard labels as smoothed targets: 1 - s at the label, and s spread evenly over all classes. */
export const withHardLabels = (
  set: Images & Pick<LabelledImages, 'labels'>,
  classes: number,
  smoothing: number,
): TrainingData => {
  const targets = new Float32Array(set.count * classes).fill(smoothing / classes);
  set.labels.forEach((label, i) => (targets[i * classes + label]! += 1 - smoothing));
  return withSoftLabels(set, classes, targets);
};

/**
 * Mined images with their pseudo-labels, to be drawn by their weights. Hard labels are smoothed; calibrated ones get the chance that
 * they are right, and the other classes share the rest. No chance is below that of a guess.
 */
export const withPseudoLabels = (
  mined: WeightedImages,
  classes: number,
  { minedLabels, labelSmoothing }: Pick<RunConfig['student'], 'minedLabels' | 'labelSmoothing'>,
): TrainingData => {
  const { labels, chances, weights } = mined;
  if (minedLabels === 'hard' || chances === undefined) {
    return { ...withHardLabels(mined, classes, labelSmoothing), weights };
  }
  const targets = new Float32Array(mined.count * classes);
  labels.forEach((label, i) => {
    const chance = Math.max(chances[i]!, 1 / classes);
    targets.fill((1 - chance) / (classes - 1), i * classes, (i + 1) * classes);
    targets[i * classes + label] = chance;
  });
  return { ...withSoftLabels(mined, classes, targets), weights };
};

/** Targets as they are, e.g. a teacher's probabilities. */
export const withSoftLabels = (
  { size, channels, count, pixels }: Images,
  classes: number,
  targets: Float32Array,
): TrainingData => ({ size, channels, count, pixels, classes, targets });

/** Images that a teacher has to label: targets of zeros teach nothing. */
export const withoutLabels = (images: Images, classes: number): TrainingData =>
  withSoftLabels(images, classes, new Float32Array(images.count * classes));
