import { describe, expect, it } from 'vitest';
import { folderWith, tarOf } from '../../../support/images.ts';
import { encoded } from '../../../support/pool-fixtures.ts';
import { readPool } from '../../../support/read-pool.ts';

const poolOf = async (names: readonly string[]): Promise<string> => {
  const png = await encoded('png', 1);
  const bytes = (name: string): Buffer => (/\.(json|txt|cls|npy|caption)$/.test(name) ? Buffer.from('x') : png);
  return folderWith({ 'p.tar': await tarOf(names.map((name) => [name, bytes(name)])) });
};
const taken = async (names: readonly string[], sampleImage?: string): Promise<string[]> =>
  (await readPool(await poolOf(names), sampleImage)).keys.map((key) => key.slice('p.tar/'.length));

describe('samples of a tar', () => {
  it.each([
    [
      ['0.seg.png', '0.thumb.jpg', '0.jpg', '0.json', '1.jpg', '1.seg.png'],
      ['0.jpg', '1.jpg'],
    ],
    [['0.png', '0.jpg'], ['0.jpg']],
    [
      ['0.target.png', '0.input.png', '1.input.png', '1.target.png'],
      ['0.input.png', '1.input.png'],
    ],
    [['0.mask.png', '0.left.png'], ['0.left.png']],
    [
      ['a/0.jpg', 'b/0.jpg'],
      ['a/0.jpg', 'b/0.jpg'],
    ],
  ])('give one image each: of %j these: %j', async (names, expected) => {
    expect(await taken(names)).toEqual(expected);
  });

  it('are not made of names with numbers behind the dot: those are images of their own', async () => {
    const names = ['KA.AN1.39.png', 'KA.AN2.40.png', 'frame.0001.png', 'frame.0002.png', 'a.v1.png', 'a.v2.png'];
    expect(await taken(names)).toEqual(names);
  });

  it('count the images that were not taken, and let the setting choose', async () => {
    const names = ['0.jpg', '0.seg.png', '1.jpg', '1.seg.png'];
    const { rejected, details } = await readPool(await poolOf(names));
    expect(rejected).toEqual({ 'other-of-sample': 2 });
    expect(details[0]).toBe('p.tar/0.seg.png: 0.jpg is taken');
    expect(await taken(names, 'seg.png')).toEqual(['0.seg.png', '1.seg.png']);
    expect(await taken(names, 'all')).toEqual(names);
  });

  it('tell of what belongs to no image, and not of what does', async () => {
    const { keys, rejected, details } = await readPool(
      await poolOf(['0.jpg', '0.json', '0.caption', '1.npy', '1.cls', 'README']),
    );
    expect(keys).toHaveLength(1);
    expect(rejected).toEqual({ 'no-image': 3 });
    expect(details[0]).toBe('p.tar/1.npy: is no image by its name');
  });
});
