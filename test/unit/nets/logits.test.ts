import { describe, expect, it } from 'vitest';
import { argmaxRows } from '../../../core/nets/logits.ts';

describe('Function: argmaxRows', () => {
  it('gives the lower class on a tie, on every machine', () => {
    expect([...argmaxRows(Float32Array.of(1, 1, 0, -3, -1, -1), 3)]).toEqual([0, 1]);
  });
});
