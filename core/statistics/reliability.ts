import { LEAST_IMAGES } from '../contracts/evaluation.ts';
import type { Interval } from '../contracts/results.ts';
import { argmaxRows } from '../nets/logits.ts';
import { random } from '../tensor/random.ts';
import { spread } from './spread.ts';

/** Predictions of about one confidence. */
export interface ReliabilityBin {
  readonly count: number;
  /** Of them. */
  readonly right: number;
  /** Sum of their confidences. */
  readonly confidence: number;
}

export const RELIABILITY_BINS = 15;
const RESAMPLES = 1000;
/** Half of an interval: an eighth more than the normal distribution has, since bins of few images make resamples too alike. */
const DEVIATIONS = 2.2;

/**
 * Predictions by the probability of their likeliest class, in 15 equal bins.
 * @param p - probabilities `[n, classes]`, where `n` is any number of times that of the labels
 */
export const reliabilityBins = (p: Float32Array, labels: Int32Array, classes: number): ReliabilityBin[] => {
  const bins = Array.from({ length: RELIABILITY_BINS }, () => ({ count: 0, right: 0, confidence: 0 }));
  for (const { bin, right, confidence } of judged(p, labels, classes)) {
    const all = bins[bin]!;
    all.count += 1;
    all.right += right;
    all.confidence += confidence;
  }
  return bins;
};

/** Expected calibration error: mean over the bins, weighted by their images, of |share that is right − mean confidence|. */
export const expectedCalibrationError = (bins: readonly ReliabilityBin[]): number => {
  const images = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce((sum, { right, confidence }) => sum + Math.abs(right - confidence), 0) / images;
};

/** A measured calibration error. */
export interface CalibrationError extends Interval {
  readonly error: number;
  readonly images: number;
}

/**
 * Expected calibration error with its 95 % interval over images, by bootstrap. An ECE is above its true value by chance alone,
 * and one of a resample once more: the middle of the interval takes that off, and it reaches down to 0 where a perfectly
 * calibrated net might have shown as much.
 * @param p - probabilities `[n, classes]` of images that the net was not trained on
 * @returns `undefined` where there are too few images to measure it
 * @see Bröcker and Smith, Increasing the Reliability of Reliability Diagrams (Weather and Forecasting 2007)
 */
export const calibrationError = (
  p: Float32Array,
  labels: Int32Array,
  classes: number,
): CalibrationError | undefined => {
  const images = labels.length;
  if (images < LEAST_IMAGES) return undefined;
  const error = expectedCalibrationError(reliabilityBins(p, labels, classes));
  const answers = judged(p, labels, classes);
  const bins = Uint8Array.from(answers, ({ bin }) => bin);
  const confidences = Float64Array.from(answers, ({ confidence }) => confidence);
  const gaps = Float64Array.from(answers, ({ right, confidence }) => right - confidence);
  const draw = random('calibration error', images);
  const errorOf = (next: (i: number) => { readonly bin: number; readonly gap: number }): number => {
    const ofBins = new Float64Array(RELIABILITY_BINS);
    for (let i = 0; i < images; i++) {
      const { bin, gap } = next(i);
      ofBins[bin]! += gap;
    }
    return ofBins.reduce((sum, gap) => sum + Math.abs(gap), 0) / images;
  };
  const resampled = Array.from({ length: RESAMPLES }, () =>
    errorOf(() => {
      const i = draw.below(images);
      return { bin: bins[i]!, gap: gaps[i]! };
    }),
  );
  const calibrated = Float64Array.from({ length: RESAMPLES }, () =>
    errorOf((i) => ({ bin: bins[i]!, gap: (draw.next() < confidences[i]! ? 1 : 0) - confidences[i]! })),
  ).sort();
  const { mean, std } = spread(resampled);
  const middle = 2 * error - mean;
  const mayBeNone = error <= calibrated[Math.round(0.95 * (RESAMPLES - 1))]!;
  const low = mayBeNone ? 0 : Math.max(0, middle - DEVIATIONS * std);
  return { error, low, high: Math.min(1, Math.max(error, middle + DEVIATIONS * std)), images };
};

/** A prediction's confidence with its bin, and whether it is right: 1 or 0. */
interface Judged {
  readonly bin: number;
  readonly right: number;
  readonly confidence: number;
}

function judged(p: Float32Array, labels: Int32Array, classes: number): Judged[] {
  return Array.from(argmaxRows(p, classes), (best, i) => {
    const confidence = p[i * classes + best]!;
    const bin = Math.min(Math.floor(confidence * RELIABILITY_BINS), RELIABILITY_BINS - 1);
    return { bin, confidence, right: best === labels[i % labels.length] ? 1 : 0 };
  });
}
