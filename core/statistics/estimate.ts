import type { Estimate } from '../contracts/results.ts';
import { type Crossed, meansOf } from './crossed.ts';
import { crossedInterval } from './crossed-interval.ts';
import { spreadOverDraws } from './spread.ts';

/** A mean over images, seeds and draws with its interval. @param bounds - what it can be */
export const estimate = (crossed: Crossed, bounds: readonly [number, number]): Estimate => ({
  ...spreadOverDraws(meansOf(crossed)),
  ...crossedInterval(crossed, bounds),
});
