import { describe, expect, it } from 'vitest';
import { mapInOrder } from '../../core/map-in-order.ts';
import { collect } from '../support/images.ts';

describe('mapInOrder', () => {
  it('keeps the order whatever finishes first, and no more in work than allowed', async () => {
    let working = 0;
    let most = 0;
    const results = await collect(
      mapInOrder([30, 1, 20, 2, 10], 3, async (delay) => {
        most = Math.max(most, ++working);
        await new Promise((resolve) => setTimeout(resolve, delay));
        working -= 1;
        return delay;
      }),
    );
    expect(results).toEqual([30, 1, 20, 2, 10]);
    expect(most).toBe(3);
  });

  it('throws an error when its turn comes, after the results before it', async () => {
    const seen: number[] = [];
    const run = async () => {
      const items = mapInOrder([1, 2, 3], 3, (n) => {
        if (n === 2) throw new Error('two');
        return n;
      });
      for await (const n of items) seen.push(n);
    };
    await expect(run()).rejects.toThrow('two');
    expect(seen).toEqual([1]);
  });
});

describe('mapInOrder with a bound on bytes', () => {
  /** The most bytes that were in work at once. */
  const mostHeld = async (sizes: readonly number[], most: number): Promise<number> => {
    let held = 0;
    let highest = 0;
    const work = async (size: number): Promise<number> => {
      held += size;
      highest = Math.max(highest, held);
      await new Promise((resolve) => setTimeout(resolve, 1));
      held -= size;
      return size;
    };
    const bound = { most, of: (size: number) => size };
    expect(await collect(mapInOrder(sizes, 16, work, bound))).toEqual(sizes);
    return highest;
  };

  it('does not let large photos pile up, and works on many small ones at once', async () => {
    expect(await mostHeld(new Array<number>(20).fill(5), 12)).toBe(15);
    expect(await mostHeld(new Array<number>(20).fill(0.5), 12)).toBe(8);
  });

  it('still takes a single one that is larger than the bound', async () => {
    expect(await mostHeld([1, 100, 1, 1], 12)).toBe(101);
  });
});
