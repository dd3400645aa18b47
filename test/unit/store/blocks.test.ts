import { describe, expect, it } from 'vitest';
import { blocksOf, randomAccess } from '../../../core/store/blocks.ts';
import type { Store } from '../../../core/store/store.ts';
import { collect } from '../../support/images.ts';
import { memoryStore } from '../../support/memory-store.ts';

const SIZE = 9 * 1024 * 1024 + 7;
const bytes = Buffer.from(
  Uint32Array.from({ length: Math.ceil(SIZE / 4) }, (_, i) => i * 2_654_435_761).buffer,
  0,
  SIZE,
);

/** A store of one object that tells what was asked of it. */
const counted = (): { readonly store: Store; readonly asked: number[] } => {
  const asked: number[] = [];
  const store = memoryStore(new Map([['k', bytes]]));
  const range: Store['range'] = (key, from, to) => {
    asked.push(from);
    return store.range(key, from, to);
  };
  return { store: { ...store, range }, asked };
};

describe('an object in blocks', () => {
  it.each([
    [0, undefined],
    [5, SIZE],
    [4 * 1024 * 1024, 8 * 1024 * 1024],
    [SIZE, undefined],
  ])('gives the bytes from %i to %s and no others', async (from, to) => {
    const { store } = counted();
    const blocks = await collect(blocksOf(store, 'k', from, to));
    expect(Buffer.concat(blocks).equals(bytes.subarray(from, to))).toBe(true);
  });

  it('is read one block ahead and no further', async () => {
    const { store, asked } = counted();
    for await (const _ of blocksOf(store, 'k', 0)) break;
    expect(asked).toHaveLength(2);
  });
});

describe('an object in any order', () => {
  it('gives every range, and neighbours with one request', async () => {
    const { store, asked } = counted();
    const read = randomAccess(store, 'k', SIZE);
    const ranges = Array.from({ length: 100 }, (_, i) => [i * 5000, i * 5000 + 4000] as const);
    const found = await Promise.all(ranges.map(([from, to]) => read(from, to)));
    expect(found.every((part, i) => part.equals(bytes.subarray(...ranges[i]!)))).toBe(true);
    expect(asked).toEqual([0]);
    expect((await read(1_000_000, 3_000_000)).equals(bytes.subarray(1_000_000, 3_000_000))).toBe(true);
    expect((await read(SIZE - 3, SIZE)).equals(bytes.subarray(SIZE - 3))).toBe(true);
    expect((await read(0, SIZE)).equals(bytes)).toBe(true);
  });

  it('asks again after a failure', async () => {
    const { store } = counted();
    let broken = true;
    const range: Store['range'] = (...where) => (broken ? Promise.reject(new Error('lost')) : store.range(...where));
    const read = randomAccess({ ...store, range }, 'k', SIZE);
    await expect(read(0, 4)).rejects.toThrow('lost');
    broken = false;
    expect((await read(0, 4)).equals(bytes.subarray(0, 4))).toBe(true);
  });
});
