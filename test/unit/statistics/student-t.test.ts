import { expect, it } from 'vitest';
import { studentT95 } from '../../../core/statistics/student-t.ts';

// From a table of Student's t, two-sided 5 %.
it.each([
  [1, 12.706],
  [2, 4.3027],
  [4, 2.7764],
  [9, 2.2622],
  [30, 2.0423],
  [120, 1.9799],
  [1e9, 1.96],
  [Number.POSITIVE_INFINITY, 1.96],
])('with %d degrees of freedom is %d: fewer seeds must widen an interval as much as the tables say', (degrees, t) => {
  expect(studentT95(degrees)).toBeCloseTo(t, 3);
});

it('takes degrees between the whole ones, and falls with them', () => {
  const [low, between, high] = [2, 2.5, 3].map(studentT95);
  expect(between).toBeLessThan(low!);
  expect(between).toBeGreaterThan(high!);
});
