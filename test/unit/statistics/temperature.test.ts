import { describe, expect, it } from 'vitest';
import { probabilities } from '../../../core/nets/logits.ts';
import { expectedCalibrationError, reliabilityBins } from '../../../core/statistics/reliability.ts';
import { fitTemperature } from '../../../core/statistics/temperature.ts';
import { random } from '../../../core/tensor/random.ts';

const CLASSES = 5;

/** Logits, and labels drawn from softmax(logits / temperature): a net that is wrong by just this factor. */
const sample = (temperature: number, count: number) => {
  const draw = random('temperature', temperature);
  const logits = Float32Array.from({ length: count * CLASSES }, () => 3 * draw.normal());
  const p = probabilities(logits, CLASSES, temperature);
  const labels = Int32Array.from({ length: count }, (_, i) => {
    let rest = draw.next();
    for (let c = 0; c < CLASSES - 1; c++) {
      rest -= p[i * CLASSES + c]!;
      if (rest < 0) return c;
    }
    return CLASSES - 1;
  });
  return { logits, labels };
};

describe('Function: fitTemperature', () => {
  it.each([0.5, 1, 2.5])(
    'finds a temperature of %d again, or mined probabilities would be over- or understated',
    (t) => {
      const { logits, labels } = sample(t, 3000);
      const found = fitTemperature(logits, labels, CLASSES);
      expect(found / t).toBeGreaterThan(0.9);
      expect(found / t).toBeLessThan(1.1);
      const bins = reliabilityBins(probabilities(logits, CLASSES, found), labels, CLASSES);
      expect(expectedCalibrationError(bins)).toBeLessThan(0.03);
    },
  );

  it('stays finite for a net that is always right, and for one that is always wrong', () => {
    const logits = Float32Array.of(3, 0, 3, 0);
    const sure = fitTemperature(logits, Int32Array.of(0, 0), 2);
    expect(sure).toBeGreaterThanOrEqual(0.05);
    expect(sure).toBeLessThan(0.3);
    expect(fitTemperature(logits, Int32Array.of(1, 1), 2)).toBeGreaterThan(19);
  });
});
