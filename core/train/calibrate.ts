import { argmaxRows } from '../nets/logits.ts';

const BINS = 15;

/**
 * Expected calibration error: mean over 15 equal bins of confidence, weighted by their images, of
 * |share that is right - mean confidence|.
 * @param p - probabilities `[n, classes]`
 */
export const expectedCalibrationError = (p: Float32Array, labels: Int32Array, classes: number): number => {
  const right = new Float64Array(BINS);
  const confidence = new Float64Array(BINS);
  argmaxRows(p, classes).forEach((best, i) => {
    const value = p[i * classes + best]!;
    const bin = Math.min(Math.floor(value * BINS), BINS - 1);
    confidence[bin]! += value;
    if (best === labels[i]) right[bin]! += 1;
  });
  return right.reduce((sum, count, bin) => sum + Math.abs(count - confidence[bin]!), 0) / labels.length;
};
