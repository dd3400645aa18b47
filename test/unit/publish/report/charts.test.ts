import { describe, expect, it } from 'vitest';
import { axisFor, barHtml, place } from '../../../../core/publish/report/bar-chart.ts';
import { affordable } from '../../../../core/publish/report/image.ts';
import { pick } from '../../../../core/publish/report/samples.ts';
import { coarse } from '../../../../core/publish/report/score-histogram.ts';

describe('the axis of a bar chart', () => {
  it.each([
    [[0.31, 0.43], 0, 0.6, 4],
    [[-0.02, 0.03], -0.02, 0.04, 4],
    [[-0.01, -0.04], -0.04, 0, 5],
    [[0], 0, 0.25, 2],
  ])('starts at zero and holds %j', (values, low, high, ticks) => {
    const axis = axisFor(values);
    expect(axis.low).toBeCloseTo(low, 9);
    expect(axis.high).toBeCloseTo(high, 9);
    expect(axis.ticks).toHaveLength(ticks);
    expect(axis.ticks.some((tick) => Math.abs(tick) < 1e-12)).toBe(true);
  });

  it('puts a bar and its whiskers where their values are', () => {
    const axis = { low: -1, high: 1, ticks: [] };
    expect(place(axis, 0)).toBe(50);
    const bar = barHtml(axis, { value: -0.5, low: -0.75, high: -0.25, tone: 'ours', about: 'x' }).text;
    expect(bar).toContain('<rect class="ours" x="25.00" y="4" width="25.00"');
    expect(bar).toContain('class="error" x1="12.50" x2="37.50"');
    expect(barHtml(axis, { value: 0.5, low: 0.5, high: 0.5, tone: 'ours', about: 'x' }).text).not.toContain('error');
  });
});

describe('the samples of a class', () => {
  it('come from both ends and the middle of the order', () => {
    const order = Uint32Array.from({ length: 101 }, (_, rank) => rank);
    expect(pick(order, 3)).toEqual({ top: [0, 1, 2], middle: [49, 50, 51], lowest: [98, 99, 100] });
  });

  it('show no image twice where a class has few', () => {
    expect(pick(Uint32Array.of(0, 1, 2, 3, 4), 2)).toEqual({ top: [0, 1], middle: [2], lowest: [3, 4] });
    expect(pick(Uint32Array.of(0, 1, 2), 2)).toEqual({ top: [0, 1], middle: [], lowest: [2] });
    expect(pick(Uint32Array.of(0), 2)).toEqual({ top: [0], middle: [], lowest: [] });
  });
});

describe('the number of images shown', () => {
  it('is as large as the budget allows, and never none', () => {
    expect(affordable(1000, 10, [50, 50], 10)).toBe(10);
    expect(affordable(100, 10, [50, 2], 10)).toBe(8);
    expect(affordable(100, 10, [5, 5, 5, 5], 10)).toBe(2);
    expect(affordable(1, 10, [5, 5], 10)).toBe(1);
  });
});

describe('the histogram of scores', () => {
  it('loses no image when bins are joined', () => {
    const bins = new Array<number>(2000).fill(0);
    for (let bin = 700; bin < 1903; bin++) bins[bin] = bin % 7;
    const bars = coarse(bins, 90, [-1, 1]);
    expect(bars.length).toBeLessThanOrEqual(90);
    expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(bins.reduce((sum, value) => sum + value, 0));
    expect(bars[0]!.from).toBeCloseTo(-0.299, 9);
    // A score of another range has its bars elsewhere.
    expect(coarse(bins, 90, [0, 1])[0]!.from).toBeCloseTo(0.3505, 9);
  });

  it('has no bar where nothing was read', () => {
    expect(coarse([0, 0], 90, [-1, 1])).toEqual([]);
  });
});
