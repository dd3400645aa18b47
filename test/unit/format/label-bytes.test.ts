import { describe, expect, it } from 'vitest';
import { fromLabelBytes, toLabelBytes } from '../../../core/format/label-bytes.ts';
import { random } from '../../../core/tensor/random.ts';

/** Rows as a net says them: softmax of normal logits. */
const rowsOf = (count: number, classes: number, sharpness: number): Float32Array => {
  const draw = random('label bytes', classes, sharpness);
  const rows = new Float32Array(count * classes);
  for (let start = 0; start < rows.length; start += classes) {
    const odds = Array.from({ length: classes }, () => Math.exp(sharpness * draw.normal()));
    const sum = odds.reduce((all, x) => all + x, 0);
    rows.set(
      odds.map((x) => x / sum),
      start,
    );
  }
  return rows;
};

const farthest = (one: Float32Array, other: Float32Array): number =>
  one.reduce((most, x, i) => Math.max(most, Math.abs(x - other[i]!)), 0);

describe('labels in bytes', () => {
  it.each([2, 7, 100, 600])('of %i classes come back less than 1/255 off, as rows that sum to 1', (classes) => {
    for (const sharpness of [0.1, 1, 3]) {
      const rows = rowsOf(50, classes, sharpness);
      const bytes = toLabelBytes(rows, classes);
      const read = fromLabelBytes(bytes, classes);
      expect(farthest(read, rows)).toBeLessThan(1 / 255);
      for (let start = 0; start < rows.length; start += classes) {
        const sumOf = (all: Iterable<number>) => [...all].slice(start, start + classes).reduce((a, b) => a + b, 0);
        expect(sumOf(bytes)).toBe(255);
        expect(sumOf(read)).toBeCloseTo(1, 6);
      }
    }
  });

  it('of two classes are the nearest bytes, half a step off at most', () => {
    const rows = rowsOf(500, 2, 2);
    const read = fromLabelBytes(toLabelBytes(rows, 2), 2);
    expect(farthest(read, rows)).toBeLessThanOrEqual(0.5 / 255 + 1e-7);
  });

  it('do not let many small ones outweigh the large one, as rounding each by itself would', () => {
    // 299 of 0.00201 would each become 1/255, and the 0.4 a quarter.
    const row = new Float32Array(300).fill(0.6 / 299);
    row[17] = 0.4;
    expect(fromLabelBytes(toLabelBytes(row, 300), 300)[17]).toBeCloseTo(0.4, 2);
  });

  it('share parts that are left out to the first of equal ones: the same file on every machine', () => {
    expect([...toLabelBytes(new Float32Array(7).fill(1 / 7), 7)]).toEqual([37, 37, 37, 36, 36, 36, 36]);
    expect([...toLabelBytes(Float32Array.of(0, 1, 0.5, 0.5), 2)]).toEqual([0, 255, 128, 127]);
  });

  it('are written of no row that is none, or a net that diverged would teach', () => {
    expect(() => toLabelBytes(Float32Array.of(0.5, 0.5, Number.NaN, 1), 2)).toThrow(
      new RangeError('Row 1 of the labels must sum to 1. Received NaN.'),
    );
    expect(() => toLabelBytes(Float32Array.of(0, 0), 2)).toThrow('Row 0 of the labels must sum to 1. Received 0.');
  });

  it('are read of no row of zeros, or its label would be no number', () => {
    expect(() => fromLabelBytes(Uint8Array.of(1, 2, 0, 0), 2)).toThrow(
      new RangeError('Row 1 of the labels is all zeros: it says nothing of its view.'),
    );
  });

  it('of older banks, whose bytes sum to something else, are still divided by their sum', () => {
    expect([...fromLabelBytes(Uint8Array.of(64, 192), 2)]).toEqual([0.25, 0.75]);
  });
});
