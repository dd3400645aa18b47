import type { Interval } from '../contracts/results.ts';
import { NORMAL_95 as Z } from './normal.ts';

/**
 * 95 % interval of a proportion that was seen `right` times in `checked`.
 * @see Wilson (1927); unlike the normal interval it stays in [0, 1] and is not empty at 0 and 1
 */
export const wilson = (right: number, checked: number): Interval => {
  if (checked === 0) return { low: 0, high: 1 };
  const share = right / checked;
  const scale = 1 + Z ** 2 / checked;
  const middle = (share + Z ** 2 / (2 * checked)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / checked + Z ** 2 / (4 * checked ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
};
