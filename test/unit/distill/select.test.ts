import { describe, expect, it } from 'vitest';
import { materialByClass } from '../../../core/distill/material.ts';
import { cycled, selectRandom } from '../../../core/distill/method.ts';
import { selectHerding } from '../../../core/distill/methods/herding.ts';
import { selectKCenter } from '../../../core/distill/methods/k-center.ts';
import { selectInstructive } from '../../../core/distill/methods/selection.ts';
import { random } from '../../../core/tensor/random.ts';
import { toySet } from '../../support/toy.ts';

/** Points on a line, as embeddings of one number. */
const line = (...values: number[]): Float32Array => Float32Array.from(values);

describe('Function: selectHerding', () => {
  it('keeps the mean of the chosen near the mean of all, or the baseline would be a straw man', () => {
    // Mean 4. First the 4; then 2·4 - 4 = 4 is wanted: 5 (distance 1) before 2; then 3·4 - 9 = 3: 2 before 0.
    expect(selectHerding(line(0, 9, 4, 5, 2), 1, 3)).toEqual([2, 3, 4]);
  });

  it('works in more dimensions than one', () => {
    // Mean (1, 1): the fourth point; then (1, 1) is wanted again and all corners are equally far: the first.
    expect(selectHerding(Float32Array.of(0, 0, 2, 0, 0, 2, 1, 1, 2, 2), 2, 2)).toEqual([3, 0]);
  });
});

describe('Function: selectKCenter', () => {
  it('starts in the middle and then always takes the farthest, or rare looks would be missed', () => {
    // Mean 3.8: first the 4. The 9 is 5 away from it, the 0 only 4, the others 1.
    expect(selectKCenter(line(0, 9, 4, 3, 3), 1, 3)).toEqual([2, 1, 0]);
  });

  it('takes the lower index of two that are equally far', () => {
    expect(selectKCenter(line(-1, 1, 0), 1, 2)).toEqual([2, 0]);
  });
});

describe('Function: selectInstructive', () => {
  it('starts with the best, then weighs how good an image is against how far it is from what is chosen', () => {
    // Starts with the 3. Then score · distance² from it: 0.5·9, 0.4·1, 0.9·0.01, 0.1·25: the 0. Then, of the nearer of 3 and 0,
    // 0.4·1, 0.9·0.01 and 0.1·25: the 8, for all its low score. Then the 4 before the near copy at 3.1.
    const scores = Float32Array.of(0.5, 0.95, 0.4, 0.9, 0.1);
    expect(selectInstructive(line(0, 3, 4, 3.1, 8), 1, scores, 4)).toEqual([1, 0, 4, 2]);
  });

  it('never prefers an image of which the primitives know all, however far it lies', () => {
    expect(selectInstructive(line(0, 100, 1), 1, Float32Array.of(0.9, 0, 0.2), 2)).toEqual([0, 2]);
  });

  it('takes the lower index of two that are equally good', () => {
    expect(selectInstructive(line(1, -1, 0), 1, Float32Array.of(0.5, 0.5, 0.5), 3)).toEqual([0, 1, 2]);
  });
});

describe.each([
  ['herding', selectHerding],
  ['k-center', selectKCenter],
  ['selection', (rows: Float32Array, width: number, k: number) => selectInstructive(rows, width, rows, k)],
])('%s', (_, select) => {
  it('takes nothing twice, and all there is when more is asked for', () => {
    expect([...select(line(3, 1, 2), 1, 9)].sort()).toEqual([0, 1, 2]);
    expect(new Set(select(line(1, 1, 1, 1), 1, 3)).size).toBe(3);
  });
});

describe('Function: selectRandom', () => {
  it('takes different rows, the same ones for the same stream', () => {
    const chosen = selectRandom(20, 8, random('a'));
    expect(new Set(chosen).size).toBe(8);
    expect(selectRandom(20, 8, random('a'))).toEqual(chosen);
    expect(selectRandom(20, 8, random('b'))).not.toEqual(chosen);
  });
});

describe('Function: materialByClass', () => {
  const labelled = toySet(3, 2, 1);
  // Two images of class 0 and one of class 1.
  const mined = { ...toySet(2, 2, 2), labels: Int32Array.of(0, 1, 0, 9) };

  it('fills a class that was hardly mined with its labelled images, and leaves a rich one alone', () => {
    const [rich, rare] = materialByClass(mined, labelled, 2, 2);
    expect(rich!.keys).toEqual([mined.keys[0], mined.keys[2]]);
    const filler = [1, 3, 5].map((i) => `labelled/${labelled.keys[i]}`);
    expect(rare!.keys).toEqual([mined.keys[1], ...filler]);
    expect(rare!.count).toBe(4);
  });

  it('keeps images beside their keys', () => {
    const [, rare] = materialByClass(mined, labelled, 2, 2);
    expect(Buffer.from(rare!.pixels.subarray(0, 256))).toEqual(Buffer.from(mined.pixels.subarray(256, 512)));
    expect(Buffer.from(rare!.pixels.subarray(256, 512))).toEqual(Buffer.from(labelled.pixels.subarray(256, 512)));
  });
});

describe('Function: cycled', () => {
  it('repeats a short list and cuts a long one', () => {
    expect(cycled([7, 8], 5)).toEqual([7, 8, 7, 8, 7]);
    expect(cycled([7, 8, 9], 2)).toEqual([7, 8]);
  });
});
