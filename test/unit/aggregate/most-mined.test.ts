import { describe, expect, it } from 'vitest';
import { mostMined } from '../../../core/aggregate/most-mined.ts';

describe('how much can be mined', () => {
  it('is the fifth of the pool of the paper in a function that every new account may have', () => {
    expect(mostMined(2330, 3008)).toBeGreaterThan(5_822_653 / 5);
  });

  it('grows with the memory, up to what can be done in the time of a function', () => {
    expect(mostMined(25_320, 3008)).toBeLessThan(mostMined(2330, 3008));
    expect(mostMined(25_320, 4096)).toBeGreaterThan(mostMined(25_320, 3008));
    expect(mostMined(25_320, 10_240)).toBe(2_000_000);
  });

  it('is bounded on any machine, and never nothing', () => {
    expect(mostMined(1)).toBeGreaterThan(100_000);
    expect(mostMined(40_000, 128)).toBe(1);
  });
});
