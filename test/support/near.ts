import { expect } from 'vitest';

/** Equal to rounding, by the largest of the numbers: graphs join operations, and other kernels sum in another order. */
export const expectNear = (found: readonly number[], expected: readonly number[], part = 1e-5): void => {
  expect(found).toHaveLength(expected.length);
  const size = Math.max(...expected.map(Math.abs));
  for (const [i, value] of found.entries()) {
    // Written so that NaN is as far as can be.
    if (!(Math.abs(value - expected[i]!) <= part * size)) expect(value, `number ${i}`).toBe(expected[i]);
  }
};
