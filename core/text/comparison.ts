import type { Comparison } from '../contracts/results.ts';
import { points } from './format.ts';

const READING = { gain: 'a gain', loss: 'a loss', 'no-evidence': 'no evidence' } as const;

/** A difference with its interval, and whether it is one: "+1.3 (+0.6 to +2.0) points (a gain)". */
export const comparisonWords = (comparison: Comparison): string =>
  `${points(comparison)} points (${READING[comparison.verdict]})`;
