import { describe, expect, it } from 'vitest';
import { shardManifestFile } from '../../../core/artifacts/run.ts';
import type { ShardManifest } from '../../../core/contracts/plan.ts';
import { imageAt } from '../../../core/data/images.ts';
import { MOST_IMAGES, readPreview } from '../../../core/prepare/pool-preview.ts';
import { folderWith, greyPixels, greyPng, tarOf, temporaryStore } from '../../support/images.ts';
import { toyConfig, toyPlan } from '../../support/toy.ts';

/** What a preview of these shards holds. */
const previewOf = async (shards: readonly Omit<ShardManifest, 'index'>[]) => {
  const store = temporaryStore();
  for (const [index, shard] of shards.entries()) await shardManifestFile('r', index).write(store, { index, ...shard });
  return readPreview(store, toyPlan({ config: toyConfig(), shardCount: shards.length }));
};

describe('Function: readPreview', () => {
  it('takes images from all shards, equal ones once, and passes over what cannot be read', async () => {
    const member = async (seed: number): Promise<[string, Buffer]> => [`${seed}.png`, await greyPng(seed)];
    const root = await folderWith({
      'a.tar': await tarOf([await member(1), ['again.png', await greyPng(1)], await member(2)]),
      'b.tar': 'garbage '.repeat(200),
      'c.tar': await tarOf([['broken.png', 'no image'], await member(3)]),
    });
    const preview = await previewOf(
      ['a.tar', 'b.tar', 'c.tar', 'gone.tar'].map((part) => ({ format: 'tar', root, parts: [part] })),
    );
    expect(preview).toMatchObject({ size: 16, channels: 1, count: 3 });
    expect([0, 1, 2].map((i) => Buffer.from(imageAt(preview, i)).equals(greyPixels(i + 1)))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('ends a run whose pool holds no image that can be read, with the reasons, before anything is trained', async () => {
    const root = await folderWith({
      'a.tar': await tarOf([['0.bmp', 'xx']]),
      'b.tar': 'garbage '.repeat(200),
      'c.png': '',
    });
    const shards = [
      { format: 'tar', root, parts: ['a.tar'] },
      { format: 'tar', root, parts: ['b.tar'] },
      { format: 'images', root, parts: ['c.png', 'gone.png'] },
    ];
    await expect(previewOf(shards)).rejects.toMatchObject({
      name: 'DataError',
      message: expect.stringMatching(
        /^pool: no image of it can be read: 1 × cannot be decoded \(a\.tar\/0\.bmp: .*1 × archive that cannot be read .*1 × empty file .*1 × gone since/,
      ),
    });
  });

  it('ends a run whose pool is too large to be looked at whole where not one of the shards can be read', async () => {
    const root = await folderWith({
      'a.tar': 'garbage '.repeat(200),
      'good.tar': await tarOf([['1.png', await greyPng(1)]]),
    });
    const shards = Array.from({ length: 40 }, () => ({ format: 'tar', root, parts: ['a.tar', 'a.tar', 'a.tar'] }));
    await expect(previewOf(shards)).rejects.toMatchObject({
      name: 'DataError',
      message: expect.stringMatching(/^pool: none of 16 shards of it can be read: 16 × archive that cannot be read/),
    });
    // One that can be read is enough to go on with: mining tells of the others.
    const mixed = shards.map((shard, index) => (index === 1 ? { ...shard, parts: ['good.tar'] } : shard));
    expect((await previewOf(mixed)).count).toBe(1);
  });

  it('reads no more than its number, spread over a folder that holds more', async () => {
    const bytes = await greyPng(5);
    const root = await folderWith({ 'x.png': bytes });
    // Only the first part exists: what is not asked for is not missed.
    const parts = ['x.png', ...Array.from({ length: 3 }, (_, i) => `missing-${i}.png`)];
    expect((await previewOf([{ format: 'images', root, parts }])).count).toBeLessThanOrEqual(1);
    expect(MOST_IMAGES).toBe(800);
  });
});
