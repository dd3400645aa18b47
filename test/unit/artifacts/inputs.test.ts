import { describe, expect, it } from 'vitest';
import { labelledSetFile, readLabels } from '../../../core/artifacts/inputs.ts';
import { encodeSafetensors } from '../../../core/format/safetensors.ts';
import type { Store } from '../../../core/store/store.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { toySet } from '../../support/toy.ts';

const { key } = labelledSetFile('r');

/** A store that has the labelled set, whole or not. */
const storeWith = (bytes: Buffer): Store => memoryStore(new Map([[key, bytes]]));

describe('the labels of the labelled set', () => {
  it('are read without its pixels, or a function would need memory for images that it does not look at', async () => {
    const store = memoryStore();
    const set = toySet(6, 2, 1);
    await labelledSetFile('r').write(store, set);
    let bytes = 0;
    const counting: Store = {
      ...store,
      get: () => Promise.reject(new Error('reads all of it')),
      async range(at, from, to) {
        const part = await store.range(at, from, to);
        bytes += part.length;
        return part;
      },
    };
    expect(await readLabels(counting, 'r')).toEqual(set.labels);
    expect(bytes).toBe((await store.size(key))! - set.pixels.length);
  });

  it.each([
    ['is none', Buffer.from('no tensors at all'), 'Not a safetensors file'],
    ['has no labels', encodeSafetensors({ pixels: { shape: [1], data: Uint8Array.of(1) } }), 'no tensor "labels"'],
    [
      'has labels of another kind',
      encodeSafetensors({ labels: { shape: [1], data: Float32Array.of(1) } }),
      'needs int32 "labels"',
    ],
    [
      'was cut in the middle of them',
      encodeSafetensors({ labels: { shape: [2], data: Int32Array.of(0, 1) } }).subarray(0, -3),
      'ends at byte 8 of 5',
    ],
  ])('name the file that %s', async (_what, bytes, words) => {
    await expect(readLabels(storeWith(bytes), 'r')).rejects.toMatchObject({
      name: 'DataError',
      message: expect.stringMatching(new RegExp(`^file:///memory/${key} does not hold what it should: .*${words}`)),
    });
  });
});
