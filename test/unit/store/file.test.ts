import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { fileStore } from '../../../core/store/file.ts';
import { fileError } from '../../../core/store/file-errors.ts';
import { openStore } from '../../../core/store/open.ts';
import { getUpTo } from '../../../core/store/read.ts';
import { resolveKey, splitFragment, splitObjectUri, uriOf } from '../../../core/store/uri.ts';
import { collect, temporaryStore } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('file store', () => {
  it('gives back what was put, into folders that it makes', async () => {
    const store = temporaryStore();
    await store.put('runs/a/x.bin', Buffer.from([1, 2]));
    await store.put('runs/a/x.bin', 'new');
    expect(String(await store.get('runs/a/x.bin'))).toBe('new');
    expect(await store.has('runs/a/x.bin')).toBe(true);
    expect(String((await collect(await store.stream('runs/a/x.bin')))[0])).toBe('new');
  });

  it('gives a file in chunks whole, whatever its length, and closes it where nobody wants the rest', async () => {
    const store = temporaryStore();
    for (const length of [0, 1, 65_536, 200_000]) {
      const bytes = Buffer.alloc(length, 'abc');
      await store.put('x', bytes);
      expect(Buffer.concat(await collect(store.chunks!('x')))).toEqual(bytes);
    }
    const open = async (): Promise<number> => (await readdir('/proc/self/fd').catch(() => [])).length;
    const before = await open();
    for (let i = 0; i < 20; i++) for await (const _ of store.chunks!('x')) break;
    expect(await open()).toBeLessThan(before + 10);
    await expect(collect(store.chunks!('nothing'))).rejects.toMatchObject({ name: 'DataError' });
  });

  it('says that there is nothing, also behind a file and for a folder', async () => {
    const store = temporaryStore();
    await store.put('a/b', 'x');
    expect(await store.get('nothing')).toBeUndefined();
    expect(await store.get('a/b/c')).toBeUndefined();
    expect(await store.has('a')).toBe(false);
    await expect(store.stream('nothing')).rejects.toMatchObject({ name: 'DataError' });
  });

  it('lists whole keys in order, also inside a prefix, without the traces of a killed write', async () => {
    const folder = temporaryFolder();
    const store = fileStore(folder);
    for (const key of ['a/z', 'a.b', 'a/.hidden', 'ab/c', 'b']) await store.put(key, key);
    await writeFile(join(folder, 'a', '.0123456789abcdef.tmp'), 'half');
    const keys = async (prefix: string) => (await collect(store.list(prefix))).map(({ key }) => key);
    expect(await keys('')).toEqual(['a.b', 'a/.hidden', 'a/z', 'ab/c', 'b']);
    expect(await keys('a/')).toEqual(['a/.hidden', 'a/z']);
    expect(await keys('a')).toEqual(['a.b', 'a/.hidden', 'a/z', 'ab/c']);
    expect(await keys('none/')).toEqual([]);
    expect((await collect(store.list('ab')))[0]).toEqual({ key: 'ab/c', size: 4 });
  });

  it('reads a range of bytes, as far as there are any, and knows the size of a file', async () => {
    const store = temporaryStore();
    await store.put('a', 'hello');
    expect((await store.range('a', 1, 4)).toString()).toBe('ell');
    expect((await store.range('a', 3, 99)).toString()).toBe('lo');
    expect(await store.range('a', 9, 12)).toHaveLength(0);
    expect([await store.size('a'), await store.size('b')]).toEqual([5, undefined]);
    await expect(store.range('b', 0, 1)).rejects.toMatchObject({ name: 'DataError' });
  });

  it('lets one of several that write over the same version win, and shows no trace of it', async () => {
    const store = temporaryStore();
    const made = await Promise.all(['a', 'b', 'c'].map((body) => store.putOver('runs/r/owner', body, undefined)));
    expect(made.filter(Boolean)).toHaveLength(1);
    const first = (await store.getVersion('runs/r/owner'))!;
    const next = await Promise.all(['d', 'e'].map((body) => store.putOver('runs/r/owner', body, first.version)));
    expect(next.filter(Boolean)).toHaveLength(1);
    expect(await store.putOver('runs/r/owner', 'late', first.version)).toBe(false);
    expect(await store.putOver('runs/r/other', 'x', first.version)).toBe(false);
    expect((await collect(store.list(''))).map(({ key }) => key)).toEqual(['runs/r/owner']);
    expect(await store.getVersion('none')).toBeUndefined();
  });

  it('tells of names that are not UTF-8 where somebody listens, instead of failing on them', async () => {
    const folder = temporaryFolder();
    await mkdir(Buffer.concat([Buffer.from(`${folder}/d`), Buffer.from([0xe9])]));
    await writeFile(Buffer.concat([Buffer.from(`${folder}/f`), Buffer.from([0xe9])]), 'x');
    await writeFile(join(folder, 'ok'), 'x');
    const faults: unknown[] = [];
    const keys = (await collect(fileStore(folder).list('', (fault) => faults.push(fault)))).map(({ key }) => key);
    expect(keys).toEqual(['ok']);
    expect(faults).toHaveLength(2);
    expect(faults).toContainEqual({ key: 'd\ufffd/', why: 'name-not-utf-8' });
  });

  it('shows an empty folder, follows links within it and leaves out loops and broken ones', async () => {
    const folder = temporaryFolder();
    await mkdir(join(folder, 'empty'));
    await mkdir(join(folder, 'other'));
    await writeFile(join(folder, 'other', 'x'), 'x');
    await symlink(join(folder, 'other'), join(folder, 'link'));
    await symlink(folder, join(folder, 'loop'));
    await symlink(join(folder, 'nowhere'), join(folder, 'broken'));
    const keys = (await collect(fileStore(folder).list(''))).map(({ key }) => key);
    expect(keys).toEqual(['empty/', 'link/x', 'other/x']);
  });

  it('does not follow links out of the folder, or who filled a pool could have any file of the machine mined', async () => {
    const [outer, elsewhere] = [temporaryFolder(), temporaryFolder()];
    // A folder beside it whose name begins alike is not below it.
    const folder = join(outer, 'pool');
    await mkdir(folder);
    await mkdir(`${folder}-secret`);
    await writeFile(join(`${folder}-secret`, 'key'), 'x');
    await writeFile(join(folder, 'own'), 'x');
    await symlink(`${folder}-secret`, join(folder, 'dir'));
    await symlink(join(`${folder}-secret`, 'key'), join(folder, 'file'));
    await symlink('/', join(folder, 'everything'));
    await symlink(folder, join(elsewhere, 'given'));
    const faults: unknown[] = [];
    const listed = (path: string) => collect(fileStore(path).list('', (fault) => faults.push(fault)));
    expect((await listed(folder)).map(({ key }) => key)).toEqual(['own']);
    expect(faults).toHaveLength(3);
    expect(faults).toContainEqual({ key: 'dir/', why: 'leaves-folder' });
    expect(faults).toContainEqual({ key: 'file', why: 'leaves-folder' });
    // The folder that somebody names may be a link: they have chosen it.
    expect((await listed(join(elsewhere, 'given'))).map(({ key }) => key)).toEqual(['own']);
  });

  it('names a root folder that is missing', async () => {
    const store = fileStore(join(temporaryFolder(), 'none'));
    await expect(collect(store.list(''))).rejects.toMatchObject({ name: 'ConfigError' });
  });

  it.each(['../x', 'a/../../x', '/x', 'a//b', '', '.', 'a\0b'])(
    'never leaves its folder by the key %j',
    async (key) => {
      const store = temporaryStore();
      await expect(store.put(key, 'x')).rejects.toMatchObject({ name: 'DataError' });
      await expect(store.get(key)).rejects.toMatchObject({ name: 'DataError' });
    },
  );

  it('leaves nothing behind when a write fails, and says that a file is in the way', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'out'), 'a file');
    await expect(fileStore(join(folder, 'out')).put('runs/x', '1')).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/a part of its path is a file/),
    });
    await mkdir(join(folder, 'taken'));
    await expect(fileStore(folder).put('taken', 'x')).rejects.toThrow(/taken is a folder/);
    expect((await readdir(folder)).sort()).toEqual(['out', 'taken']);
  });

  it.each([
    ['EACCES', 'ConfigError', /not allowed for this user/],
    ['EROFS', 'ConfigError', /read-only/],
    ['ENOSPC', 'ConfigError', /disk is full.*same run id/],
    ['EMFILE', 'TransientError', /too many/],
    ['EIO', 'OmnidistillError', /too many/],
  ])('explains %s as %s', (code, name, message) => {
    const cause = Object.assign(new Error('too many'), { code });
    const error = fileError(cause, '/data/x');
    expect(error).toMatchObject({ name, cause, message: expect.stringMatching(message) });
    expect(error.message).toContain('/data/x');
    expect(fileError(error, '/other')).toBe(error);
  });

  it('reads no further than a limit', async () => {
    const store = temporaryStore();
    await store.put('big', Buffer.alloc(1_000_000));
    await store.put('small', 'abc');
    const read = await getUpTo(store, 'big', 100_000);
    expect(read.length).toBeGreaterThan(100_000);
    expect(read.length).toBeLessThan(300_000);
    expect(String(await getUpTo(store, 'small', 3))).toBe('abc');
  });
});

describe('URIs', () => {
  it('open the store that they name', async () => {
    const folder = temporaryFolder();
    const store = openStore(`${pathToFileURL(folder).href}/with space/`);
    await store.put('k', 'v');
    expect(await readdir(join(folder, 'with space'))).toEqual(['k']);
    expect(store.root).toBe(`${pathToFileURL(folder).href}/with%20space`);
    expect(() => openStore('https://example.com')).toThrow(/names no store/);
    expect(() => openStore('file://host/x')).toThrow(/not a file:\/\/\/ URI/);
  });

  it('come apart and together again, with any name', () => {
    const uri = uriOf('file:///data/my%20pool', 'a #1/50%.tar');
    expect(uri).toBe('file:///data/my%20pool/a%20%231/50%25.tar');
    expect(splitObjectUri(uri)).toEqual({ root: 'file:///data/my%20pool/a%20%231', key: '50%.tar' });
    expect(splitObjectUri(uriOf('s3://bucket/pool', 'a #1/50%.tar'))).toEqual({
      root: 's3://bucket/pool/a #1',
      key: '50%.tar',
    });
    expect(splitFragment('s3://b/x.csv#Public%20Test')).toEqual({ uri: 's3://b/x.csv', fragment: 'Public Test' });
    expect(splitFragment('s3://b/x.csv')).toEqual({ uri: 's3://b/x.csv' });
  });

  it.each([
    ['s3://b/t//u.tar', 's3://b/t', '/u.tar'],
    ['s3://b//u.tar', 's3://b', '/u.tar'],
    ['s3://b/a//t/u.tar', 's3://b/a//t', 'u.tar'],
    ['s3://b/./../u.tar', 's3://b/./..', 'u.tar'],
    ['s3://b/u.tar', 's3://b', 'u.tar'],
    ['s3://b/t/', 's3://b/t', ''],
  ])('of S3 keep every part of a key, or another object is asked for: %s', async (uri, root, key) => {
    expect(splitObjectUri(uri)).toEqual({ root, key });
    const store = openStore(root, () => new S3Client({ region: 'us-east-1' }));
    expect(`${store.root}/${key}`).toBe(uri);
  });

  it.each([
    ['lists/', 'a//b.png', 'lists/a//b.png'],
    ['lists/', './a.png', 'lists/a.png'],
    ['lists/', '../a.png', 'a.png'],
    ['', '/a.png', '/a.png'],
    ['lists/', '../../a.png', undefined],
  ])('lead from a list in %j along %j to %j', (folder, path, key) => {
    expect(resolveKey(folder, path)).toBe(key);
  });
});
