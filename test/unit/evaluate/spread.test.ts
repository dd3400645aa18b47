import { describe, expect, it } from 'vitest';
import { pairedGain, spread, verdictOf, wilson } from '../../../core/evaluate/spread.ts';

describe('spread', () => {
  it('divides by n - 1, so that few seeds do not look more certain than they are', () => {
    expect(spread([1, 2, 3, 4])).toEqual({ mean: 2.5, std: Math.sqrt(5 / 3), values: [1, 2, 3, 4] });
  });

  it('gives one seed no deviation and refuses none', () => {
    expect(spread([0.4])).toEqual({ mean: 0.4, std: 0, values: [0.4] });
    expect(() => spread([])).toThrow(RangeError);
  });
});

describe('pairedGain', () => {
  it('takes differences seed by seed: a constant gain has no deviation however the seeds differ', () => {
    const { mean, std } = pairedGain([0.5, 0.75, 1], [0.25, 0.5, 0.75]);
    expect([mean, std]).toEqual([0.25, 0]);
  });

  it('refuses lists that cannot be paired', () => {
    expect(() => pairedGain([0.5], [0.5, 0.6])).toThrow('1 and 2');
  });
});

describe('verdictOf', () => {
  it.each([
    ['gain', [0.02, 0.03, 0.04]],
    ['loss', [-0.02, -0.03, -0.04]],
    ['no-evidence', [0.05, -0.03, 0.01]],
    ['no-evidence', [0.2]],
    ['no-evidence', [0, 0, 0]],
  ] as const)('calls it %s for %j', (verdict, gains) => {
    expect(verdictOf(spread(gains))).toBe(verdict);
  });
});

describe('wilson', () => {
  it('gives the published interval for 81 of 263', () => {
    // Newcombe (1998), table I, method 3.
    const { low, high } = wilson(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });

  it('stays inside [0, 1] and is honest about nothing checked', () => {
    expect(wilson(0, 20).low).toBe(0);
    expect(wilson(0, 20).high).toBeCloseTo(0.1611, 4);
    expect(wilson(20, 20).high).toBe(1);
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });
});
