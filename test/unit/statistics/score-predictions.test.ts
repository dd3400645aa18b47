import { describe, expect, it } from 'vitest';
import { brierScore, negativeLogLikelihood } from '../../../core/statistics/proper-scores.ts';
import { calibrationError, expectedCalibrationError, reliabilityBins } from '../../../core/statistics/reliability.ts';
import { scorePredictions } from '../../../core/statistics/score-predictions.ts';
import { random } from '../../../core/tensor/random.ts';

/** Probabilities that are all in one class, row by row. */
const sure = (classes: number, ...predictions: number[]): Float32Array => {
  const p = new Float32Array(predictions.length * classes);
  predictions.forEach((label, i) => (p[i * classes + label] = 1));
  return p;
};

describe('Function: scorePredictions', () => {
  it('counts what was right, class by class and over all', () => {
    // Truth 0: two of three right; truth 1: one of one; truth 2: none of two.
    const score = scorePredictions(sure(3, 0, 0, 1, 1, 0, 1), Int32Array.of(0, 0, 0, 1, 2, 2), 3);
    expect(score.accuracy).toBeCloseTo(3 / 6, 10);
    expect(score.macroRecall).toBeCloseTo((2 / 3 + 1 + 0) / 3, 10);
    expect(score.recall).toEqual([2 / 3, 1, 0]);
    expect(score.confusion).toEqual([
      [2, 1, 0],
      [0, 1, 0],
      [1, 1, 0],
    ]);
  });

  it('neither rewards nor punishes a class that the benchmark does not have', () => {
    const score = scorePredictions(sure(4, 0, 2), Int32Array.of(0, 0), 4);
    expect(score.macroRecall).toBeCloseTo(0.5, 10);
    expect(score.recall).toEqual([0.5, null, null, null]);
    expect(score.confusion[3]).toEqual([0, 0, 0, 0]);
  });

  it('takes the first of equal probabilities, so that whoever recounts gets the same accuracy', () => {
    expect(scorePredictions(Float32Array.of(0.5, 0.5), Int32Array.of(0), 2).accuracy).toBe(1);
    expect(scorePredictions(Float32Array.of(0.5, 0.5), Int32Array.of(1), 2).accuracy).toBe(0);
  });

  it.each([
    [99, null],
    [100, 0],
  ])('of %i images has the calibration error %d: fewer than a hundred measure none', (images, ece) => {
    const labels = new Int32Array(images);
    expect(scorePredictions(sure(2, ...labels), labels, 2).ece).toBe(ece);
  });
});

describe('proper scores', () => {
  const p = Float32Array.of(0.75, 0.25, 0.5, 0.5);

  it('reward the probability of the truth, and not the right answer alone', () => {
    const labels = Int32Array.of(0, 1);
    expect(brierScore(p, labels, 2)).toBeCloseTo((2 * 0.25 ** 2 + 2 * 0.5 ** 2) / 2, 10);
    expect(negativeLogLikelihood(p, labels, 2)).toBeCloseTo(-(Math.log(0.75) + Math.log(0.5)) / 2, 10);
  });

  it('reach from 0 to 2, and stay finite where the truth was thought impossible', () => {
    expect(brierScore(sure(2, 0, 1), Int32Array.of(0, 1), 2)).toBe(0);
    expect(brierScore(sure(2, 0, 1), Int32Array.of(1, 0), 2)).toBe(2);
    expect(negativeLogLikelihood(sure(2, 0), Int32Array.of(1), 2)).toBeCloseTo(24 * Math.LN2, 6);
  });
});

describe('expected calibration error', () => {
  const ece = (p: Float32Array, labels: Int32Array): number => expectedCalibrationError(reliabilityBins(p, labels, 2));

  it('is the mean gap between confidence and truth, weighted by the images of each bin', () => {
    // Ten at 0.8 with 6 right, ten at 0.6 with 9 right: (10 · 0.2 + 10 · 0.3) / 20.
    const rows = Float32Array.from(Array.from({ length: 20 }, (_, i) => (i < 10 ? [0.8, 0.2] : [0.4, 0.6])).flat());
    const labels = Int32Array.from({ length: 20 }, (_, i) => (i < 10 ? Number(i >= 6) : Number(i < 19)));
    expect(ece(rows, labels)).toBeCloseTo(0.25, 5);
    const filled = reliabilityBins(rows, labels, 2).filter(({ count }) => count > 0);
    expect(filled.map(({ count, right }) => [count, right])).toEqual([
      [10, 9],
      [10, 6],
    ]);
  });

  it('lets gaps of opposite sign cancel inside a bin and never between bins', () => {
    const labels = Int32Array.of(0, 1);
    expect(ece(Float32Array.of(0.5, 0.5, 0.5, 0.5), labels)).toBeCloseTo(0, 6);
    expect(ece(Float32Array.of(0.9, 0.1, 0.6, 0.4), labels)).toBeCloseTo((0.1 + 0.6) / 2, 5);
  });

  it('counts a confidence of exactly 1', () => {
    expect(ece(Float32Array.of(1, 0, 1, 0), Int32Array.of(0, 1))).toBeCloseTo(0.5, 6);
  });
});

describe('Function: calibrationError', () => {
  /** Answers whose confidence is above what is right by so much. */
  const sample = (images: number, tooSure: number, seed: number) => {
    const draw = random('reliability', seed);
    const p = new Float32Array(2 * images);
    const labels = Int32Array.from({ length: images }, (_, i) => {
      const confidence = draw.uniform(0.6, 1);
      p.set([confidence, 1 - confidence], 2 * i);
      return draw.next() < confidence - tooSure ? 0 : 1;
    });
    return { p, labels };
  };

  it.each([
    [99, false],
    [100, true],
  ])('of %i images is measured: %s', (images, measured) => {
    const { p, labels } = sample(images, 0, 1);
    expect(calibrationError(p, labels, 2) !== undefined).toBe(measured);
  });

  it('has an interval that knows that an error is above its true value by chance alone', () => {
    const honest = sample(700, 0, 2);
    const found = calibrationError(honest.p, honest.labels, 2)!;
    expect(found.error).toBeGreaterThan(0.01);
    expect(found.low).toBe(0);
    expect(found.images).toBe(700);
    const wrong = sample(700, 0.15, 3);
    const { low, high } = calibrationError(wrong.p, wrong.labels, 2)!;
    expect(low).toBeGreaterThan(0.08);
    expect(high).toBeGreaterThan(0.15);
    expect(high).toBeLessThan(0.22);
  });

  it('is the same for the same predictions', () => {
    const { p, labels } = sample(150, 0.1, 4);
    expect(calibrationError(p, labels, 2)).toEqual(calibrationError(p, labels, 2));
  });
});
