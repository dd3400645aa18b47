import type { Spread } from '../contracts/evaluation.ts';

/** Mean and sample standard deviation (n − 1; 0 for one value). @throws RangeError on no value */
export const spread = (values: readonly number[]): Spread => {
  const n = values.length;
  if (n === 0) throw new RangeError('A spread needs at least one value.');
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: n > 1 ? Math.sqrt(squares / (n - 1)) : 0, values: [...values] };
};

/**
 * Spread of the differences, seed by seed: what chance gives to both sides falls out.
 * @throws RangeError when the lists differ in length
 */
export const pairedGain = (values: readonly number[], baseline: readonly number[]): Spread => {
  if (values.length !== baseline.length) {
    throw new RangeError(`Paired values need equal seeds. Received ${values.length} and ${baseline.length}.`);
  }
  return spread(values.map((value, seed) => value - baseline[seed]!));
};

/** Two-sided 95 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * 95 % interval of a proportion that was seen `right` times in `checked`.
 * @see Wilson (1927); unlike the normal interval it stays in [0, 1] and is not empty at 0 and 1
 */
export const wilson = (right: number, checked: number): { readonly low: number; readonly high: number } => {
  if (checked === 0) return { low: 0, high: 1 };
  const share = right / checked;
  const scale = 1 + Z ** 2 / checked;
  const middle = (share + Z ** 2 / (2 * checked)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / checked + Z ** 2 / (4 * checked ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
};

export const VERDICTS = ['gain', 'loss', 'no-evidence'] as const;
export type Verdict = (typeof VERDICTS)[number];

/**
 * What paired differences tell. A mean difference within its own standard deviation is no evidence either way, and one
 * seed has no deviation at all.
 */
export const verdictOf = ({ mean, std, values }: Spread): Verdict => {
  if (values.length < 2 || Math.abs(mean) <= std) return 'no-evidence';
  return mean > 0 ? 'gain' : 'loss';
};
