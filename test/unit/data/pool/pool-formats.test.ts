import { describe, expect, it } from 'vitest';
import { folderWith, greyPng, tarOf } from '../../../support/images.ts';
import {
  bmp,
  encoded,
  type Files,
  gzTarOf,
  huggingFaceOf,
  img2datasetOf,
  recOf,
  tsvOf,
  zipOf,
} from '../../../support/pool-fixtures.ts';
import { readPool } from '../../../support/read-pool.ts';

/** The same files in every layout of a pool: by path and bytes. */
const LAYOUTS: Readonly<Record<string, (files: Files) => Promise<Record<string, Buffer>>>> = {
  folder: async (files) => Object.fromEntries(files),
  tar: async (files) => ({ 'p.tar': await tarOf(files) }),
  'tar.gz': async (files) => ({ 'p.tar.gz': await gzTarOf(files) }),
  tgz: async (files) => ({ 'deep/p.tgz': await gzTarOf(files) }),
  'gzip called .tar': async (files) => ({ 'p.tar': await gzTarOf(files) }),
  'tar called .tar.gz': async (files) => ({ 'p.tar.gz': await tarOf(files) }),
  zip: async (files) => ({ 'p.ZIP': zipOf(files) }),
  RecordIO: async (files) => ({
    'train.rec': recOf(files),
    'train.idx': Buffer.from('0\t0\n'),
    property: Buffer.from('1'),
  }),
  'base64 table': async (files) => ({ 'faces.tsv': tsvOf(files) }),
  'Parquet of Hugging Face': async (files) => ({ 'data/train-00000-of-00001.parquet': huggingFaceOf(files) }),
  'Parquet of img2dataset': async (files) => ({ '00000.parquet': img2datasetOf(files) }),
};

const POINTER = Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n');

/** What is put among three images, and what is expected of it: images, or the reason of a rejection. */
const QUIRKS: readonly (readonly [
  quirk: string,
  name: string,
  bytes: () => Promise<Buffer>,
  expected: number | string,
])[] = [
  ['nothing odd', 'd.png', () => encoded('png', 9), 1],
  ['a .jfif', 'd.jfif', () => encoded('jpeg', 9), 1],
  ['a name without an ending', 'd', () => encoded('jpeg', 9), 1],
  ['a name in capitals', 'D.JPE', () => encoded('jpeg', 9), 1],
  ['what a web site hangs behind', 'd.jpg_large', () => encoded('jpeg', 9), 1],
  ['the wrong ending', 'd.png', () => encoded('webp', 9), 1],
  ['a GIF', 'd.gif', () => encoded('gif', 9), 1],
  ['a TIFF', 'd.tif', () => encoded('tiff', 9), 1],
  ['an AVIF', 'd.avif', () => encoded('avif', 9), 1],
  ['a BMP', 'd.bmp', async () => bmp(), 'unread-kind'],
  ['a Git LFS pointer', 'd.png', async () => POINTER, 'no-image'],
  ['a web page', 'd.jpg', async () => Buffer.from('<!DOCTYPE html><title>404</title>'), 'no-image'],
  ['an empty file', 'd.png', async () => Buffer.alloc(0), 'empty'],
  ['noise', 'd.png', async () => Buffer.alloc(64, 7), 'undecodable'],
  ['half an image', 'd.png', async () => (await encoded('png', 9)).subarray(0, 60), 'undecodable'],
];

describe.each(Object.entries(LAYOUTS))('a pool as %s', (layout, layOut) => {
  it.each(QUIRKS)('with %s loses no image and tells of every other file', async (_, name, bytes, expected) => {
    const three = await Promise.all(
      [1, 2, 3].map(async (seed) => [`${seed}.png`, await encoded('png', seed)] as const),
    );
    const pool = await folderWith(await layOut([...three.slice(0, 2), [name, await bytes()], three[2]!]));
    const { keys, rejected, unreadable, details } = await readPool(pool);
    expect(unreadable).toEqual([]);
    expect(keys).toHaveLength(typeof expected === 'number' ? 3 + expected : 3);
    expect(new Set(keys).size).toBe(keys.length);
    // A table does not say which column was meant to be an image where none is one; half a one begins like one.
    const reason = layout === 'base64 table' && expected !== 'undecodable' ? 'bad-row' : expected;
    const noise =
      layout === 'base64 table' && name === 'd.png' && expected === 'undecodable' && details[0]?.includes('column');
    expect(rejected).toEqual(typeof expected === 'number' ? {} : { [noise ? 'bad-row' : reason]: 1 });
  });
});

describe('a pool of several layouts', () => {
  it('is read as a whole, and what is passed over is named with its number', async () => {
    const png = (seed: number) => encoded('png', seed);
    const pool = await folderWith({
      'a.tar': await tarOf([['1.png', await png(1)]]),
      'b/b.tgz': await gzTarOf([['2.png', await png(2)]]),
      'c.zip': zipOf([['3.png', await png(3)]]),
      'd.rec': recOf([['4.png', await png(4)]]),
      'e.parquet': img2datasetOf([['5.png', await png(5)]]),
      'f.tsv': tsvOf([['6.png', await png(6)]]),
      'g.png': await png(7),
      'labels.tsv': 'file\tlabel\n1.png\tcalm\n',
      'labels.csv': 'file,label\n',
      'notes.txt': '',
      'other.txt': '',
      'old.h5': '\x89HDF',
      '.DS_Store': '',
      '@eaDir/g.png/SYNOPHOTO_THUMB_M.jpg': await png(8),
      '.cache/x.png': await png(9),
    });
    const { keys, rejected, formats, passedOver } = await readPool(pool);
    expect(keys).toHaveLength(7);
    expect(rejected).toEqual({});
    expect(formats).toEqual({ tar: 2, zip: 1, parquet: 1, rec: 1, tsv: 1, images: 1 });
    expect(passedOver).toEqual({
      '.txt': 2,
      'files of desktops and NAS boxes': 2,
      '.csv': 1,
      '.h5': 1,
      '.tsv': 1,
      'hidden files': 1,
    });
  });
});

it('calls files of archives by their very names, by which other libraries find them there', async () => {
  const files: Files = [['./x.png', await greyPng(1)]];
  const pool = await folderWith({ 'a.tar': await tarOf(files), 'b.zip': zipOf(files) });
  expect((await readPool(pool)).keys).toEqual(['a.tar/./x.png', 'b.zip/./x.png']);
});
