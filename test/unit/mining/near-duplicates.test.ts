import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { duplicateFinder } from '../../../core/mining/near-duplicates.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';

const VALUES = 64;
const noise = (seed: number, from = 60, to = 190): Uint8Array => {
  const draw = random('noise', seed);
  return Uint8Array.from({ length: VALUES }, () => draw.uniform(from, to));
};

describe('Function: duplicateFinder', () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
  });

  it('finds a labelled picture again that was made brighter or paler, and nothing in an unrelated one', () => {
    const known = noise(1).map((value) => 2 * (value >> 1));
    const finder = duplicateFinder(Uint8Array.from([...noise(2), ...known]), VALUES);
    const paler = known.map((value) => value / 2 + 30);
    const likeness = finder.nearest(Uint8Array.from([...known, ...paler, ...noise(3)]));
    expect(likeness).toHaveLength(3);
    expect(likeness[0]).toBeCloseTo(1, 5);
    expect(likeness[1]).toBeCloseTo(1, 5);
    expect(likeness[2]).toBeLessThan(0.6);
    finder.dispose();
  });

  it('takes a negative for another picture', () => {
    const finder = duplicateFinder(noise(1), VALUES);
    expect(finder.nearest(noise(1).map((value) => 255 - value))[0]).toBeCloseTo(-1, 4);
    finder.dispose();
  });

  it('finds no likeness in a constant picture, and none at all without references', () => {
    const [some, none] = [duplicateFinder(noise(1), VALUES), duplicateFinder(new Uint8Array(0), VALUES)];
    expect(some.nearest(new Uint8Array(VALUES).fill(77))[0]).toBe(0);
    expect([...none.nearest(noise(1))]).toEqual([0]);
    some.dispose();
    none.dispose();
  });

  it('keeps no tensor once it is disposed', () => {
    const before = tf.memory().numTensors;
    const finder = duplicateFinder(noise(1), VALUES);
    finder.nearest(noise(2));
    expect(tf.memory().numTensors).toBe(before + 1);
    finder.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
