import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { matcherOf, splitPattern } from '../../../../core/data/pool/pattern.ts';
import { readShard } from '../../../../core/data/pool/read-shard.ts';
import { collect, folderWith, IMAGE, LIMITS, tarOf } from '../../../support/images.ts';
import { bmp, encoded, recOf, zipOf } from '../../../support/pool-fixtures.ts';
import { readPool } from '../../../support/read-pool.ts';

const png = (seed = 1) => encoded('png', seed);

describe('a pattern', () => {
  it.each([
    [
      'shards/{000..031}.tar',
      ['shards/000.tar', 'shards/031.tar'],
      ['shards/032.tar', 'shards/31.tar', 'shards/000.zip'],
    ],
    ['{1..12..3}.png', ['1.png', '4.png', '10.png'], ['2.png', '01.png', '13.png']],
    ['*.tar', ['a.tar'], ['a/b.tar', 'a.tar.gz']],
    ['**/*.{jpg,png}', ['a.jpg', 'a/b/c.png'], ['a.gif']],
    ['part-[a-c]', ['part-a/x.png', 'part-b/y/z.png'], ['part-d/x.png']],
    ['{a..c}/?.png', ['b/1.png'], ['b/12.png', 'd/1.png']],
  ])('%s means what a shell takes it for', (pattern, meant, others) => {
    const matches = matcherOf(pattern);
    expect(meant.filter(matches)).toEqual(meant);
    expect(others.filter(matches)).toEqual([]);
  });

  it('begins with the first part of a path that has a sign', () => {
    expect(splitPattern('s3://bucket/a/p-{0..9}.tar')).toEqual({
      root: 's3://bucket/a',
      pattern: 'p-{0..9}.tar',
      prefix: 'p-',
    });
    expect(splitPattern(pathToFileURL('/a b/*/x.tar').href)).toMatchObject({
      root: 'file:///a%20b',
      pattern: '*/x.tar',
    });
    expect(splitPattern('s3://bucket/plain')).toBeUndefined();
  });

  it('picks shards; a folder of the very name goes first; nothing at all is told with what is there', async () => {
    const tar = async (seed: number) => tarOf([[`${seed}.png`, await png(seed)]]);
    const root = await folderWith({
      '00.tar': await tar(1),
      '01.tar': await tar(2),
      '02.tar': await tar(3),
      'x[1]/a.png': await png(),
    });
    const of = (pattern: string) => `${root}/${encodeURIComponent(pattern)}`;
    expect((await readPool(of('{00..01}.tar'))).keys).toEqual(['00.tar/1.png', '01.tar/2.png']);
    expect((await readPool(of('x[1]'))).keys).toEqual(['a.png']);
    await expect(readPool(of('*.zip'))).rejects.toThrow(
      /^pool: Nothing in file:.* matches "\*\.zip"; it holds 3 \.tar, 1 \.png\.$/,
    );
  });
});

describe('a list', () => {
  const listed = async (name: string, text: string) => {
    const root = await folderWith({
      'a b.png': await png(1),
      'deep/.hidden/b.png': await png(2),
      'deep/c.tar': await tarOf([['3.png', await png(3)]]),
      [`lists/${name}`]: text,
    });
    return { root, pool: `${root}/lists/${name}` };
  };

  it.each([
    ['p.txt', '# images\n../a b.png\n\n../deep/.hidden/b.png\r\n../deep/c.tar'],
    ['p.lst', '0\t1.0\t../a b.png\n1\t0.0\t../deep/.hidden/b.png\n2\t0\t../deep/c.tar\n'],
    ['p.csv', 'label,file\ncalm,../a b.png\nglad,../deep/.hidden/b.png\nglad,../deep/c.tar\n'],
    ['q.csv', '../a b.png,calm\n../deep/.hidden/b.png,glad\n../deep/c.tar,glad\n'],
  ])('%s names images and archives, hidden or not', async (name, text) => {
    const { keys, rejected } = await readPool((await listed(name, text)).pool);
    expect(keys.map((key) => key.split('/').at(-1)).sort()).toEqual(['3.png', 'a b.png', 'b.png']);
    expect(rejected).toEqual({});
  });

  it('counts an image that is gone, and refuses a list of which nothing is there', async () => {
    const { pool } = await listed('p.txt', '../a b.png\n../gone.png\n');
    expect(await readPool(pool)).toMatchObject({ keys: [expect.stringMatching(/a b\.png$/)], rejected: { gone: 1 } });
    await expect(readPool((await listed('p.txt', 'a.png\nb.png\n')).pool)).rejects.toThrow(
      /none of the first 2 images is there, e\.g\. .*lists\/a\.png/,
    );
    await expect(readPool((await listed('p.txt', '../gone.tar')).pool)).rejects.toThrow(
      /line 1: there is no .*gone\.tar/,
    );
  });

  it('names a line that nobody can read', async () => {
    await expect(readPool((await listed('p.txt', '../a b.png\nhttps://a/b.jpg\n')).pool)).rejects.toThrow(
      /p\.txt line 2: "https:\/\/a\/b\.jpg" cannot be read.*img2dataset/,
    );
    await expect(readPool((await listed('p.csv', 'Usage,votes\n1,2\n')).pool)).rejects.toThrow(
      /line 1 names no image and no archive; a column called file/,
    );
  });
});

describe('a pool that is none says what it is', () => {
  it.each([
    ['x.h5', 'x', /x\.h5 is HDF5, which is not read; write its images out/],
    ['x.npz', 'x', /NumPy, which is not read/],
    ['data.mdb', 'x', /LMDB, which is not read/],
    ['x.arrow', 'x', /to_parquet/],
    ['x.tar.zst', 'x', /unpack it, or pack it with gzip/],
    ['x.png', '\x89PNG\r\n\x1a\n', /a single image; name the folder/],
    ['x', '%PDF', /another kind: it is a PDF/],
    ['x.parquet', 'PAR1', /no whole Parquet file/],
    ['x.zip', 'PK', /no whole zip/],
    ['x.tsv', 'a\tb\n', /no column of images in base64/],
    ['x.csv', 'a,pixels2\n', /names no image/],
    ['x.csv#Training', 'emotion,Usage\n', /has the columns emotion, Usage; a pool of rows needs pixels/],
  ])('%s', async (name, text, message) => {
    const [file, fragment] = name.split('#');
    const root = await folderWith({ [file!]: Buffer.from(text, 'latin1') });
    await expect(readPool(`${root}/${file}${fragment === undefined ? '' : `#${fragment}`}`)).rejects.toThrow(message);
  });

  it('an archive that is not there, a folder without images, and one of which no file is one', async () => {
    const root = await folderWith({
      'a/x.txt': '',
      'a/y.txt': '',
      'a/z.h5': '',
      'b/1.bmp': bmp(),
      'b/LICENSE2': 'words',
    });
    await expect(readPool(`${root}/none.tar`)).rejects.toThrow(/^pool: There is no file:.*none\.tar\.$/);
    await expect(readPool(`${root}/a`)).rejects.toThrow(
      /No image and no archive of images in .*\/a, which holds 2 \.txt, 1 \.h5\. z\.h5 is HDF5/,
    );
    await expect(readPool(`${root}/b`)).rejects.toThrow(
      /None of the first 2 files of .*\/b is an image that can be read: 1\.bmp: is BMP.*; LICENSE2: neither PNG/,
    );
  });

  it.each([
    ['nothing', Buffer.alloc(0), /it is empty/],
    ['a zip', zipOf([]), /it is a zip, not a tar/],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]), /it is packed with zstd/],
    ['a Git LFS pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\n'), /git lfs pull/],
  ])('a .tar that is %s', async (_, bytes, message) => {
    const { unreadable } = await readPool(await folderWith({ 'a.tar': bytes }));
    expect(unreadable).toEqual([expect.stringMatching(message)]);
  });

  it('a .rec that is none', async () => {
    const { unreadable } = await readPool(await folderWith({ 'a.rec': Buffer.concat([Buffer.from('x'), recOf([])]) }));
    expect(unreadable).toEqual([expect.stringMatching(/a\.rec is unreadable at byte 0: it is no RecordIO/)]);
  });
});

describe('what cannot be opened', () => {
  // Root may open everything.
  it.skipIf(process.getuid?.() === 0)('is counted: a folder in Plan, an image by the reader', async () => {
    const root = await folderWith({ 'a.png': await png(1), 'b.png': await png(2) });
    const folder = fileURLToPath(root);
    await mkdir(join(folder, 'private'));
    await chmod(join(folder, 'private'), 0);
    await chmod(join(folder, 'b.png'), 0);
    const { keys, rejected, passedOver } = await readPool(root);
    await chmod(join(folder, 'private'), 0o700);
    expect([keys, rejected]).toEqual([['a.png'], { unreadable: 1 }]);
    expect(passedOver).toEqual({ 'folders that may not be opened': 1 });
  });

  it('names that are not UTF-8 are counted, and the rest is read', async () => {
    const root = await folderWith({ 'a.png': await png(1) });
    const name = Buffer.concat([Buffer.from(`${fileURLToPath(root)}/caf`), Buffer.from([0xe9]), Buffer.from('.png')]);
    await writeFile(name, await png(2));
    const { keys, passedOver } = await readPool(root);
    expect(keys).toEqual(['a.png']);
    expect(passedOver).toEqual({ 'files whose names are not UTF-8': 1 });
  });

  it('an image that is gone since the plan, or a folder now, is counted and ends nothing', async () => {
    const root = await folderWith({ 'a.png': await png(1), 'b.png': await png(2), 'c.png/x': '' });
    await rm(fileURLToPath(`${root}/b.png`));
    const parts = ['a.png', 'b.png', 'c.png'];
    const items = await collect(readShard({ index: 0, format: 'images', root, parts }, IMAGE, LIMITS));
    expect(items.map((item) => (item.kind === 'image' ? item.key : item.rejection.reason))).toEqual([
      'a.png',
      'gone',
      'unreadable',
    ]);
  });
});
