import { describe, expect, it } from 'vitest';
import { computerOf } from '../../../core/run/checkpoints.ts';

const T4 = { name: 'tensorflow-gpu', versions: { b: '1', a: '2' }, threads: 1, device: 'Tesla T4' };

describe('what a kept state was computed on', () => {
  it('is not the same on another GPU, or a training that Spot moved would end with bits that no machine repeats', () => {
    expect(computerOf({ ...T4, device: 'NVIDIA A10G' })).not.toBe(computerOf(T4));
  });

  it('does not depend on why the backend was chosen, nor on the order of its versions', () => {
    expect(computerOf({ ...T4, versions: { a: '2', b: '1' }, reason: 'it was asked for' })).toBe(computerOf(T4));
  });
});
