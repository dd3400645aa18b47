import { total } from './total.ts';

/** The mean; NaN of no value. */
export const mean = (values: readonly number[]): number => total(values) / values.length;
