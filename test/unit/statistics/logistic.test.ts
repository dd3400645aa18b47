import { describe, expect, it } from 'vitest';
import { aucInterval, aucOf } from '../../../core/statistics/auc.ts';
import { fitLogistic, logisticOdds } from '../../../core/statistics/logistic-regression.ts';
import { random } from '../../../core/tensor/random.ts';

const scored = (...scores: number[]) => scores.map((score) => ({ score, weight: 1 }));

describe('Function: fitLogistic', () => {
  it('finds coefficients again, or the domain gap would be measured by something else', () => {
    const draw = random('logistic');
    const truth = [1.5, -1, 0];
    const values = Float32Array.from({ length: 3 * 8000 }, () => draw.normal());
    const targets = Array.from({ length: 8000 }, (_, i) => {
      const odds = truth.reduce((sum, c, k) => sum + c * values[3 * i + k]!, 0.4);
      return Number(draw.next() < 1 / (1 + Math.exp(-odds)));
    });
    const found = fitLogistic({ width: 3, values, targets, weights: targets.map(() => 1) }, 0);
    [...truth, 0.4].forEach((c, k) => {
      expect(Math.abs(found[k]! - c)).toBeLessThan(0.1);
    });
    expect(logisticOdds(found, Float32Array.of(9, 9, 9, 1, 1, 1), 1)).toBeCloseTo(
      found.reduce((sum, c) => sum + c, 0),
      6,
    );
  });

  it('stands where the penalised gradient is zero', () => {
    const values = Float32Array.of(1, 2, -1, 0.5);
    const [targets, weights] = [
      [1, 1, 0, 0],
      [1, 2, 1, 1],
    ];
    const penalty = 0.3;
    const [slope, intercept] = fitLogistic({ width: 1, values, targets, weights }, penalty) as unknown as number[];
    const errors = targets.map((target, i) => {
      const p = 1 / (1 + Math.exp(-(slope! * values[i]! + intercept!)));
      return (weights[i]! * (p - target)) / 5;
    });
    expect(errors.reduce((sum, error) => sum + error, 0)).toBeCloseTo(0, 4);
    expect(errors.reduce((sum, error, i) => sum + error * values[i]!, 0) + penalty * slope!).toBeCloseTo(0, 4);
  });
});

describe('Function: aucOf', () => {
  it('counts pairs, ties half, by weight', () => {
    expect(aucOf(scored(2, 3), scored(0, 1))).toBe(1);
    expect(aucOf(scored(0), scored(0))).toBe(0.5);
    expect(aucOf(scored(1, 3), scored(2, 1))).toBe(0.625);
    expect(
      aucOf(
        [
          { score: 1, weight: 3 },
          { score: -1, weight: 1 },
        ],
        scored(0),
      ),
    ).toBe(0.75);
  });

  it('has an interval that holds the area, narrows with images, and stays inside 0 and 1', () => {
    const many = scored(...Array.from({ length: 400 }, (_, i) => i));
    const few = many.slice(0, 10);
    const [wide, narrow] = [aucInterval(0.8, few, few), aucInterval(0.8, many, many)];
    expect(wide.low).toBeLessThan(narrow.low);
    expect(narrow.low).toBeLessThan(0.8);
    expect(narrow.high).toBeGreaterThan(0.8);
    const sure = aucInterval(1, few, few);
    expect(sure.low).toBeGreaterThan(0.5);
    expect(sure.high).toBeLessThanOrEqual(1);
  });
});
