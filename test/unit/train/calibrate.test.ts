import { describe, expect, it } from 'vitest';
import { argmaxRows, probabilities } from '../../../core/nets/logits.ts';
import { expectedCalibrationError, reliabilityBins } from '../../../core/statistics/reliability.ts';
import { random } from '../../../core/tensor/random.ts';
import { fitTemperature } from '../../../core/train/calibrate.ts';
import { holdOut } from '../../../core/train/roles.ts';

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

describe('Function: argmaxRows', () => {
  it('gives the lower class on a tie, on every machine', () => {
    expect([...argmaxRows(Float32Array.of(1, 1, 0, -3, -1, -1), 3)]).toEqual([0, 1]);
  });
});

describe('Function: holdOut', () => {
  it('keeps and holds at least one image of every class, and a fifth of the large ones', () => {
    const labels = Int32Array.from([...Array(2).fill(0), ...Array(3).fill(1), ...Array(20).fill(2)]);
    const { kept, held } = holdOut(labels, 3, ['s']);
    const byClass = (rows: readonly number[]) => [0, 1, 2].map((c) => rows.filter((i) => labels[i] === c).length);
    expect(byClass(held)).toEqual([1, 1, 4]);
    expect(byClass(kept)).toEqual([1, 2, 16]);
    expect([...kept, ...held].sort((a, b) => a - b)).toEqual([...labels.keys()]);
  });

  it('never takes the only image of a class away from training', () => {
    expect(holdOut(Int32Array.of(0, 1, 1), 2, ['s']).kept).toContain(0);
  });

  it('is the same for the same stream only, and one class does not move another', () => {
    const labels = Int32Array.from({ length: 60 }, (_, i) => i % 2);
    expect(holdOut(labels, 2, ['a', 1])).toEqual(holdOut(labels, 2, ['a', 1]));
    expect(holdOut(labels, 2, ['a', 1]).held).not.toEqual(holdOut(labels, 2, ['a', 2]).held);
    const more = Int32Array.from([...labels, 1, 1, 1, 1, 1]);
    const zeros = (rows: readonly number[]) => rows.filter((i) => labels[i] === 0 && i < 60);
    expect(zeros(holdOut(more, 2, ['a', 1]).held)).toEqual(zeros(holdOut(labels, 2, ['a', 1]).held));
  });
});
