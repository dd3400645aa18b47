import { describe, expect, it } from 'vitest';
import { wilson } from '../../../core/statistics/wilson.ts';

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
