import { describe, expect, it } from 'vitest';
import { runLengths } from '../../../../core/data/parquet/run-lengths.ts';

const read = (bytes: readonly number[], width: number, count: number): number[] => [
  ...runLengths(Uint8Array.from(bytes), width, count),
];

describe('Function: runLengths', () => {
  it('reads runs and packed bits, also wider than a byte', () => {
    // The documentation's own example: 0 to 7 in three bits each.
    expect(read([0x03, 0x88, 0xc6, 0xfa], 3, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(read([0x06, 0x05, 0x04, 0x01], 3, 5)).toEqual([5, 5, 5, 1, 1]);
    expect(read([0x04, 0x34, 0x12], 12, 2)).toEqual([0x1234, 0x1234]);
    expect(read([], 0, 3)).toEqual([0, 0, 0]);
  });

  it('stops at what is wanted, however long a damaged run claims to be', () => {
    expect(read([0xfe, 0xff, 0xff, 0xff, 0x07, 1], 1, 3)).toEqual([1, 1, 1]);
  });

  it.each([
    [[0x06], 3],
    [[0x03, 0x88], 3],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0x01], 1],
    [[0, 1, 0, 1], 1],
  ])('says that %j is damaged', (bytes, width) => {
    expect(() => read(bytes, width, 8)).toThrow(/ends before|damaged/);
  });
});
