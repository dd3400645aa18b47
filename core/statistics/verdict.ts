import type { Interval, Verdict } from '../contracts/results.ts';

/** What a difference tells: nothing as long as its interval holds 0. */
export const verdictOf = ({ low, high }: Interval): Verdict => (low > 0 ? 'gain' : high < 0 ? 'loss' : 'no-evidence');
