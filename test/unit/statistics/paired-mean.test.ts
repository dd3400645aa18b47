import { describe, expect, it } from 'vitest';
import { pairedMean } from '../../../core/statistics/paired-mean.ts';

describe('Function: pairedMean', () => {
  it('is the mean with its standard error where there is one class', () => {
    // Mean 2, sample variance 10 / 3, standard error sqrt(10 / 12).
    const { mean, t, low, high } = pairedMean([0, 1, 3, 4], new Int32Array(4));
    const error = Math.sqrt(10 / 12);
    expect(mean).toBe(2);
    expect(t).toBeCloseTo(2 / error, 12);
    expect(low).toBeCloseTo(2 - 1.959964 * error, 5);
    expect(high).toBeCloseTo(2 + 1.959964 * error, 5);
  });

  it('counts no difference between classes as chance: they were drawn class by class', () => {
    // Variance within each class is 2 and the error of its mean 1; each class is half of the images.
    const { mean, t } = pairedMean([9, 11, -11, -9], Int32Array.from([0, 0, 1, 1]));
    expect(mean).toBe(0);
    expect(t).toBe(0);
    const shifted = pairedMean([10, 12, -10, -8], Int32Array.from([0, 0, 1, 1]));
    expect(shifted.t).toBeCloseTo(1 / Math.sqrt(0.25 * 1 + 0.25 * 1), 12);
  });

  it('weighs a class by its images', () => {
    // Within: variance 2 of two images, error² 1 at a share of 1/3; no variance in the other class.
    const { mean, t } = pairedMean([0, 2, 1, 1, 1, 1], Int32Array.from([0, 0, 1, 1, 1, 1]));
    expect(mean).toBe(1);
    expect(t).toBeCloseTo(3, 12);
  });

  it('is not certain of a few images that all differ alike, and does not overlook many', () => {
    expect(pairedMean([-1, -1], Int32Array.from([0, 1])).t).toBeCloseTo(-Math.sqrt(2), 12);
    expect(pairedMean(new Array(16).fill(-1), new Int32Array(16)).t).toBe(-4);
  });

  it('says nothing of images that do not differ', () => {
    expect(pairedMean([0, 0, 0], new Int32Array(3))).toEqual({ mean: 0, t: 0, low: 0, high: 0 });
  });
});
