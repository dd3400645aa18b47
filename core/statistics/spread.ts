import type { Spread } from '../contracts/results.ts';
import { mean } from './mean.ts';

/** Mean and sample standard deviation (n − 1; 0 for one value). @throws RangeError on no value */
export const spread = (values: readonly number[]): Spread => {
  const n = values.length;
  if (n === 0) throw new RangeError('A spread needs at least one value.');
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return { mean: middle, std: n > 1 ? Math.sqrt(squares / (n - 1)) : 0, values: [...values] };
};

/** Spread over seeds of the means over each seed's draws. @param values - `[seed][draw]`, all of as many draws */
export const spreadOverDraws = (values: readonly (readonly number[])[]): Spread => {
  const draws = values[0]?.length ?? 0;
  const bySeed = spread(values.map(mean));
  return draws > 1 ? { ...bySeed, draws: values.map((ofSeed) => [...ofSeed]) } : bySeed;
};
