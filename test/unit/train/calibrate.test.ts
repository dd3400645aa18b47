import { describe, expect, it } from 'vitest';
import { argmaxRows } from '../../../core/nets/logits.ts';
import { expectedCalibrationError } from '../../../core/train/calibrate.ts';

describe('Function: expectedCalibrationError', () => {
  it('is the mean gap between confidence and truth, weighted by the images of each bin', () => {
    // Ten at 0.8 with 6 right, ten at 0.6 with 9 right: (10 · 0.2 + 10 · 0.3) / 20.
    const rows = Float32Array.from(Array.from({ length: 20 }, (_, i) => (i < 10 ? [0.8, 0.2] : [0.4, 0.6])).flat());
    const labels = Int32Array.from({ length: 20 }, (_, i) => (i < 10 ? Number(i >= 6) : Number(i < 19)));
    expect(expectedCalibrationError(rows, labels, 2)).toBeCloseTo(0.25, 5);
  });

  it('lets gaps of opposite sign cancel inside a bin and never between bins', () => {
    const labels = Int32Array.of(0, 1);
    expect(expectedCalibrationError(Float32Array.of(0.5, 0.5, 0.5, 0.5), labels, 2)).toBeCloseTo(0, 6);
    expect(expectedCalibrationError(Float32Array.of(0.9, 0.1, 0.6, 0.4), labels, 2)).toBeCloseTo((0.1 + 0.6) / 2, 5);
  });

  it('counts a confidence of exactly 1', () => {
    expect(expectedCalibrationError(Float32Array.of(1, 0, 1, 0), Int32Array.of(0, 1), 2)).toBeCloseTo(0.5, 6);
  });
});

describe('Function: argmaxRows', () => {
  it('gives the lower class on a tie, on every machine', () => {
    expect([...argmaxRows(Float32Array.of(1, 1, 0, -3, -1, -1), 3)]).toEqual([0, 1]);
  });
});
