import { InvalidArgumentError } from 'commander';

/** Reads a whole number. @param lowest - the least that is allowed */
export const whole =
  (lowest: number) =>
  (text: string): number => {
    if (!/^\d+$/.test(text) || Number(text) < lowest) {
      throw new InvalidArgumentError(`must be a whole number from ${lowest}.`);
    }
    return Number(text);
  };

/** Reads a number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a number above 0.');
  return value;
}
