import { describe, expect, it } from 'vitest';
import { readShard } from '../../../../core/data/pool/read-shard.ts';
import { collect, folderWith, greyPng, IMAGE, LIMITS } from '../../../support/images.ts';

describe('a shard of loose images', () => {
  it('reads them in the order of the manifest, the broken ones with their reason', async () => {
    const png = await greyPng(1);
    const root = await folderWith({
      'a/1.png': png,
      'a/2.png': '',
      'b ü#.png': await greyPng(2),
      'big.png': Buffer.concat([png, Buffer.alloc(100_000)]),
    });
    const parts = ['b ü#.png', 'a/2.png', 'big.png', 'a/1.png'];
    const items = await collect(readShard({ index: 0, format: 'images', root, parts }, IMAGE, LIMITS));
    const outcomes = items.map((item) =>
      item.kind === 'image' ? item.key : `${item.rejection.key}: ${item.rejection.reason}`,
    );
    expect(outcomes).toEqual(['b ü#.png', 'a/2.png: empty', 'big.png: too-many-bytes', 'a/1.png']);
  });
});
