import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClassTally,
  classPrecision,
  coveredPart,
  precisionOver,
} from '../../../../core/publish/audit/precision.ts';
import { wilson } from '../../../../core/statistics/wilson.ts';

const tally = (mined: number, right: number, wrong: number, unsure = 0): ClassTally => ({
  mined,
  drawn: mined,
  right,
  wrong,
  unsure,
});

const minedPrecision = (classes: readonly ClassTally[]) => ({
  ...precisionOver(classes, 'mined'),
  covered: coveredPart(classes),
});

/** Chance to find `right` among `looked` images that were drawn of `mined`, of which `all` are right. */
const hypergeometric = (right: number, looked: number, all: number, mined: number): number => {
  const logChoose = (n: number, k: number): number => {
    if (k < 0 || k > n) return Number.NEGATIVE_INFINITY;
    let log = 0;
    for (let i = 1; i <= k; i++) log += Math.log((n - k + i) / i);
    return log;
  };
  return Math.exp(logChoose(all, right) + logChoose(mined - all, looked - right) - logChoose(mined, looked));
};

/** True precisions of a class. */
const SHARES = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

describe('the precision of a class', () => {
  it('has the Wilson interval where few of many were looked at', () => {
    const { low, high } = classPrecision(tally(1e9, 15, 5));
    expect(low).toBeCloseTo(wilson(15, 20).low, 6);
    expect(high).toBeCloseTo(wilson(15, 20).high, 6);
  });

  it('grows surer as the rest gets smaller, and is sure where there is none', () => {
    const widths = [1000, 40, 25, 21, 20].map((mined) => {
      const { low, high } = classPrecision(tally(mined, 15, 5));
      return high - low;
    });
    expect(widths).toEqual([...widths].sort((a, b) => b - a));
    expect(classPrecision(tally(20, 15, 5))).toEqual({ precision: 0.75, low: 0.75, high: 0.75 });
  });

  it('counts an unsure image as wrong below, as right above and half between', () => {
    expect(classPrecision(tally(1000, 10, 6, 4))).toEqual({
      precision: 0.6,
      low: classPrecision(tally(1000, 10, 10)).low,
      high: classPrecision(tally(1000, 14, 6)).high,
    });
    expect(classPrecision(tally(4, 1, 1, 2))).toEqual({ precision: 0.5, low: 0.25, high: 0.75 });
  });

  it('is anything where nobody looked', () => {
    expect(classPrecision(tally(10, 0, 0))).toEqual({ precision: 0.5, low: 0, high: 1 });
  });
});

describe('the precision of the mined set', () => {
  it('counts each class by its share: a small bad class looked at as often does not count as much', () => {
    const { precision } = minedPrecision([tally(900, 20, 0), tally(100, 0, 20)]);
    expect(precision).toBeCloseTo(0.9, 12);
  });

  it('counts each class by how often training draws it where that is asked for', () => {
    const classes = [
      { ...tally(900, 20, 0), drawn: 500 },
      { ...tally(100, 5, 15), drawn: 500 },
    ];
    expect(precisionOver(classes, 'drawn').precision).toBeCloseTo(0.625, 12);
    expect(precisionOver(classes, 'mined').precision).toBeCloseTo(0.925, 12);
    const width = (by: 'mined' | 'drawn') => precisionOver(classes, by).high - precisionOver(classes, by).low;
    expect(width('drawn')).toBeGreaterThan(width('mined'));
  });

  it('is that of the class itself where there is but one', () => {
    const one = tally(300, 12, 5, 3);
    const { covered, ...all } = minedPrecision([one]);
    expect(covered).toBe(1);
    for (const key of ['precision', 'low', 'high'] as const) expect(all[key]).toBeCloseTo(classPrecision(one)[key], 12);
  });

  it('puts the distances of the limits together by squares', () => {
    const [a, b] = [tally(600, 15, 5), tally(300, 8, 12)] as const;
    const { low, high } = minedPrecision([a, b]);
    const below = [a, b].map((one) => classPrecision(one).precision - classPrecision(one).low);
    const above = [a, b].map((one) => classPrecision(one).high - classPrecision(one).precision);
    const middle = (2 * 0.75 + 0.4) / 3;
    expect(low).toBeCloseTo(middle - Math.hypot((2 * below[0]!) / 3, below[1]! / 3), 12);
    expect(high).toBeCloseTo(middle + Math.hypot((2 * above[0]!) / 3, above[1]! / 3), 12);
  });

  it('speaks of the classes that were looked at, and says how much of the mined set they hold', () => {
    expect(minedPrecision([tally(300, 3, 1), tally(100, 0, 0)])).toMatchObject({ precision: 0.75, covered: 0.75 });
    expect(minedPrecision([tally(300, 0, 0)])).toEqual({ precision: 0.5, low: 0, high: 1, covered: 0 });
    expect(minedPrecision([tally(0, 0, 0), tally(10, 5, 5)]).covered).toBe(1);
  });

  it.each([
    [10, 1000],
    [20, 1000],
    [20, 30],
  ])('holds the truth as often as it says: %i looked at of %i, and of three times as many', (looked, mined) => {
    const sizes = [mined, 3 * mined] as const;
    const found = Array.from({ length: looked + 1 }, (_, right) => right);
    const chances = sizes.map((size) =>
      SHARES.map((share) => found.map((right) => hypergeometric(right, looked, Math.round(share * size), size))),
    );
    const intervals = found.map((a) =>
      found.map((b) => minedPrecision([tally(sizes[0], a, looked - a), tally(sizes[1], b, looked - b)])),
    );
    const coverage = SHARES.flatMap((first, i) =>
      SHARES.map((second, j) => {
        const truth = (Math.round(first * sizes[0]) + Math.round(second * sizes[1])) / (sizes[0] + sizes[1]);
        let held = 0;
        for (const a of found) {
          for (const b of found) {
            const { low, high } = intervals[a]![b]!;
            if (low <= truth + 1e-9 && truth <= high + 1e-9) held += chances[0]![i]![a]! * chances[1]![j]![b]!;
          }
        }
        return held;
      }),
    );
    const mean = coverage.reduce((sum, held) => sum + held, 0) / coverage.length;
    expect(Math.abs(mean - 0.95)).toBeLessThan(0.005);
    expect(Math.min(...coverage)).toBeGreaterThan(0.91);
  });

  it('stays between 0 and 1 and holds its own share, whatever was found', () => {
    const some = fc
      .tuple(fc.nat(30), fc.nat(30), fc.nat(30), fc.nat(10_000))
      .map(([right, wrong, unsure, more]) => tally(right + wrong + unsure + more, right, wrong, unsure));
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 9 }), (classes) => {
        const { precision, low, high, covered } = minedPrecision(classes);
        for (const value of [precision, low, high, covered]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        expect(low).toBeLessThanOrEqual(precision + 1e-9);
        expect(high).toBeGreaterThanOrEqual(precision - 1e-9);
      }),
      { seed: 12, numRuns: 500 },
    );
  });
});
