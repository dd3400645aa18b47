import { describe, expect, it } from 'vitest';
import type { DecodedItem } from '../../../../core/data/decode-items.ts';
import { inBatches, type PoolBatch } from '../../../../core/data/pool/shard-batches.ts';
import { collect } from '../../../support/images.ts';

const SHAPE = { size: 2, channels: 1 } as const;
const image = (value: number): DecodedItem => {
  return { kind: 'image', key: `p${value}`, pixels: new Uint8Array(4).fill(value), sha256: `hash ${value}` };
};
const broken = (key: string): DecodedItem => ({ kind: 'rejected', rejection: { key, reason: 'empty', detail: '' } });

async function* stream(items: readonly DecodedItem[]): AsyncGenerator<DecodedItem> {
  yield* items;
}

const brief = ({ keys, pixels, rejected }: PoolBatch) => [[...pixels], keys, rejected.map(({ key }) => key)];

describe('Function: inBatches', () => {
  it('puts images side by side with their names and hands on what was left out with the batch it came before', async () => {
    const items = [image(1), broken('x'), image(2), image(3), broken('y')];
    const batches = await collect(inBatches(stream(items), 2, SHAPE));
    expect(batches.map(brief)).toEqual([
      [[1, 1, 1, 1, 2, 2, 2, 2], ['p1', 'p2'], ['x']],
      [[3, 3, 3, 3], ['p3'], ['y']],
    ]);
    expect(batches[0]!.sha256).toEqual(['hash 1', 'hash 2']);
  });

  it('gives every batch a buffer of its own size, which can go to another thread', async () => {
    const batches = await collect(inBatches(stream([image(1), image(2), image(3)]), 2, SHAPE));
    expect(batches.map(({ pixels }) => pixels.buffer.byteLength)).toEqual([8, 4]);
    expect(batches[0]!.pixels.buffer).not.toBe(batches[1]!.pixels.buffer);
  });

  it('keeps the other shape of every image beside it', async () => {
    const seen = [1, 2, 3].map((value) => ({ ...image(value), view: new Uint8Array(12).fill(10 * value) }));
    const shape = { size: 2, channels: 3 } as const;
    const batches = await collect(inBatches(stream(seen as DecodedItem[]), 2, SHAPE, shape));
    expect(batches.map(({ view }) => [view!.count, ...new Set(view!.pixels)])).toEqual([
      [2, 10, 20],
      [1, 30],
    ]);
    expect(batches[0]).toMatchObject({ size: 2, channels: 1, view: shape });
    expect(batches[1]!.view!.pixels.buffer.byteLength).toBe(12);
  });

  it('begins with few images where somebody waits for them, and doubles them up to a whole batch', async () => {
    const items = Array.from({ length: 16 }, (_, i) => image(i));
    const batches = await collect(inBatches(stream(items), 5, SHAPE, undefined, 2));
    expect(batches.map(({ count, pixels, keys }) => [count, pixels.buffer.byteLength, keys.length])).toEqual([
      [2, 8, 2],
      [4, 16, 4],
      [5, 20, 5],
      [5, 20, 5],
    ]);
    expect(batches.flatMap(({ keys }) => keys)).toEqual(items.map((_, i) => `p${i}`));
  });

  it('gives nothing for nothing and nothing after a full last batch', async () => {
    expect(await collect(inBatches(stream([]), 2, SHAPE))).toEqual([]);
    expect(await collect(inBatches(stream([image(1), image(2)]), 2, SHAPE))).toHaveLength(1);
  });

  it('does not gather rejections without end where no image comes, and splits no batch for them', async () => {
    const rubbish = Array.from({ length: 2500 }, (_, i) => broken(`x${i}`));
    const batches = await collect(inBatches(stream([image(1), ...rubbish, image(2)]), 2, SHAPE));
    expect(batches.map(({ keys, rejected }) => [keys, rejected.length])).toEqual([
      [[], 1000],
      [[], 1000],
      [['p1', 'p2'], 500],
    ]);
  });
});
