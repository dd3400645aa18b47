import { describe, expect, it } from 'vitest';
import { spread, spreadOverDraws } from '../../../core/statistics/spread.ts';

describe('spread', () => {
  it('divides by n - 1, so that few seeds do not look more certain than they are', () => {
    expect(spread([1, 2, 3, 4])).toEqual({ mean: 2.5, std: Math.sqrt(5 / 3), values: [1, 2, 3, 4] });
  });

  it('gives one seed no deviation and refuses none', () => {
    expect(spread([0.4])).toEqual({ mean: 0.4, std: 0, values: [0.4] });
    expect(() => spread([])).toThrow(RangeError);
  });
});

describe('spreadOverDraws', () => {
  it('keeps every draw, and counts a seed once however often its set was drawn', () => {
    const values = [
      [0.25, 0.5],
      [0.5, 0.75],
    ];
    expect(spreadOverDraws(values)).toEqual({ ...spread([0.375, 0.625]), draws: values });
  });

  it('says nothing of draws where there was but one', () => {
    expect(spreadOverDraws([[0.25], [0.5]])).toEqual(spread([0.25, 0.5]));
  });
});
