import { total } from './total.ts';

const CELLS = 4000;
const INSIDE = 0.95;
/** Of the distribution's own units; farther out there is nothing where there are many degrees of freedom. */
const WIDEST = 10;
/** From here on it is the normal distribution. */
const MANY = 1e9;

/**
 * Two-sided 95 % quantile of Student's t: 12.7, 4.30, 2.78 and 2.26 at 1, 2, 4 and 9 degrees of freedom, 1.96 at many.
 * @param freedom - degrees of freedom, any number from 1 on, also infinitely many
 */
export const studentT95 = (freedom: number): number => {
  const degrees = Math.min(freedom, MANY);
  // With t = √degrees · tan(angle) its density is cos(angle)^(degrees − 1): no gamma function, and a bounded range.
  const end = Math.min(Math.PI / 2, WIDEST / Math.sqrt(degrees));
  const cell = end / CELLS;
  const mass = Array.from({ length: CELLS }, (_, i) => Math.cos((i + 0.5) * cell) ** (degrees - 1));
  let left = INSIDE * total(mass);
  const last = mass.findIndex((value) => {
    left -= value;
    return left <= 0;
  });
  return Math.sqrt(degrees) * Math.tan((last + 1 + left / mass[last]!) * cell);
};
