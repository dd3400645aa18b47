/** Images with soft targets: what a net is trained on. */
export interface LearnSet {
  readonly size: number;
  readonly channels: number;
  readonly count: number;
  readonly classes: number;
  /** `[count, size, size, channels]`; 0 to 255 if bytes, 0 to 1 if floats. */
  readonly pixels: Uint8Array | Float32Array;
  /** `[count, classes]`, rows that sum to 1. */
  readonly targets: Float32Array;
}

interface Labelled {
  readonly size: number;
  readonly channels: number;
  readonly count: number;
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
}

/** Hard labels as smoothed targets: 1 - s at the label, and s spread evenly over all classes. */
export const withHardLabels = (set: Labelled, classes: number, smoothing: number): LearnSet => {
  const targets = new Float32Array(set.count * classes).fill(smoothing / classes);
  set.labels.forEach((label, i) => (targets[i * classes + label]! += 1 - smoothing));
  return { ...imagesOf(set), classes, targets };
};

/** Targets as they are, e.g. a teacher's probabilities. */
export const withSoftLabels = (
  set: Pick<LearnSet, 'size' | 'channels' | 'count' | 'pixels'>,
  classes: number,
  targets: Float32Array,
): LearnSet => ({ ...imagesOf(set), classes, targets });

const imagesOf = ({ size, channels, count, pixels }: Pick<LearnSet, 'size' | 'channels' | 'count' | 'pixels'>) => ({
  size,
  channels,
  count,
  pixels,
});

/** The images at `indices`, in that order. */
export const pick = <T extends Labelled>(set: T, indices: readonly number[]): Labelled => {
  const values = set.size * set.size * set.channels;
  const pixels = new Uint8Array(indices.length * values);
  indices.forEach((index, i) => pixels.set(set.pixels.subarray(index * values, (index + 1) * values), i * values));
  const labels = Int32Array.from(indices, (index) => set.labels[index]!);
  return { size: set.size, channels: set.channels, count: indices.length, pixels, labels };
};
