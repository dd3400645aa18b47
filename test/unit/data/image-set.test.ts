import { describe, expect, it } from 'vitest';
import { dropDuplicates, sharedImages } from '../../../core/data/image-set.ts';

describe('equal images', () => {
  const set = {
    size: 1,
    channels: 1,
    count: 4,
    pixels: Uint8Array.of(7, 8, 7, 7),
    labels: Int32Array.of(0, 0, 0, 1),
    keys: ['a/1', 'a/2', 'a/3', 'b/1'],
    sha256: ['x', 'y', 'x', 'x'],
  };

  it('count once', () => {
    const { set: unique, rejected } = dropDuplicates({ ...set, labels: Int32Array.of(0, 0, 0, 0) }, ['a', 'b']);
    expect(unique).toMatchObject({ count: 2, keys: ['a/1', 'a/2'], sha256: ['x', 'y'] });
    expect([...unique.pixels]).toEqual([7, 8]);
    expect(rejected).toEqual([
      { key: 'a/3', reason: 'duplicate', detail: 'same pixels as a/1' },
      { key: 'b/1', reason: 'duplicate', detail: 'same pixels as a/1' },
    ]);
  });

  it('under two classes are not learned from, whichever came first, and both places are named', () => {
    const { set: unique, rejected } = dropDuplicates(set, ['a', 'b']);
    expect(unique).toMatchObject({ count: 1, keys: ['a/2'] });
    expect(rejected).toEqual([
      { key: 'a/1', reason: 'contradictory', detail: 'same pixels as b/1, there as b' },
      { key: 'a/3', reason: 'contradictory', detail: 'same pixels as b/1, there as b' },
      { key: 'b/1', reason: 'contradictory', detail: 'same pixels as a/1, there as a' },
    ]);
  });

  it('are found between two sets', () => {
    const other = { ...set, keys: ['t/1', 't/2', 't/3', 't/4'], sha256: ['n', 'y', 'm', 'o'] };
    expect(sharedImages(other, set)).toEqual([{ key: 't/2', otherKey: 'a/2' }]);
  });
});
