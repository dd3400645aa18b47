import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readLabelled } from '../../../../core/data/labelled/read-labelled.ts';
import { openLabelled, surveyLabelled } from '../../../../core/data/labelled/registry.ts';
import { folderOf } from '../../../../core/store/uri.ts';
import { folderWith, greyPixels, greyPng, IMAGE, LIMITS } from '../../../support/images.ts';

describe('class folders', () => {
  it('give sorted classes and count only images that are not hidden', async () => {
    const uri = await folderWith({
      'sad/1.png': 'x',
      'sad/2.JPG': 'x',
      'sad/.3.png': 'x',
      'sad/notes.txt': 'x',
      'Happy/1.webp': 'x',
      'Happy/old.gif': 'x',
      'empty/readme.md': 'x',
      '.git/1.png': 'x',
      'README.md': 'x',
    });
    expect(await surveyLabelled({ field: 'labelled', uri })).toMatchObject({
      classes: ['Happy', 'empty', 'sad'],
      counts: [2, 0, 2],
    });
  });

  it('say which folder is missing, and for which field', async () => {
    const source = { field: 'benchmarks.held-out', uri: 'file:///no/such/folder' };
    await expect(surveyLabelled(source)).rejects.toMatchObject({
      name: 'ConfigError',
      message: 'benchmarks.held-out: There is no folder /no/such/folder.',
    });
  });

  it('are refused where one is a link out of the set, which is not followed: a class would be missing without a word', async () => {
    const uri = await folderWith({ 'sad/1.png': 'x', 'happy/1.png': 'x' });
    await symlink(folderOf(await folderWith({ '1.png': 'x' })), join(folderOf(uri), 'angry'));
    await expect(surveyLabelled({ field: 'labelled', uri })).rejects.toMatchObject({
      name: 'DataError',
      message: expect.stringMatching(/\/angry\/ is a link that leaves the folder, which is not followed/),
    });
  });

  it('count an image that is a link out of the set, and do not read it', async () => {
    const uri = await folderWith({ 'sad/1.png': await greyPng(1), 'happy/1.png': await greyPng(2) });
    const elsewhere = await folderWith({ 'secret.png': await greyPng(3) });
    await symlink(join(folderOf(elsewhere), 'secret.png'), join(folderOf(uri), 'sad', '2.png'));
    const { set, rejected } = await readLabelled({ field: 'labelled', uri }, ['happy', 'sad'], IMAGE, LIMITS);
    expect(set.keys).toEqual(['happy/1.png', 'sad/1.png']);
    expect(rejected).toEqual([
      { key: 'sad/2.png', reason: 'unreadable', detail: 'a link that leaves the folder, which is not followed' },
    ]);
  });

  it('do not take a folder too high up for classes', async () => {
    const uri = await folderWith({ 'faces/sad/1.png': 'x', 'faces/happy/1.png': 'x' });
    await expect(surveyLabelled({ field: 'labelled', uri })).rejects.toThrow(/faces\/happy\/1\.png lies deeper/);
  });

  it('decode with labels from the class list; broken files are counted, never fatal', async () => {
    const whole = await greyPng(2, 64);
    const uri = await folderWith({
      'b/1.png': await greyPng(1),
      'a/1.png': await greyPng(3),
      'a/cut.png': whole.subarray(0, whole.length - 40),
      'a/zero.png': '',
    });
    const { set, rejected } = await readLabelled({ field: 'labelled', uri }, ['a', 'b'], IMAGE, LIMITS);
    expect(set).toMatchObject({ count: 2, size: 16, channels: 1, keys: ['a/1.png', 'b/1.png'] });
    expect([...set.labels]).toEqual([0, 1]);
    expect(Buffer.from(set.pixels)).toEqual(Buffer.concat([greyPixels(3), greyPixels(1)]));
    expect(rejected.map(({ key, reason }) => [key, reason])).toEqual([
      ['a/cut.png', 'undecodable'],
      ['a/zero.png', 'empty'],
    ]);
  });

  it('are listed once: a second listing of a large bucket would cost Plan as much again', async () => {
    const source = { field: 'labelled', uri: await folderWith({ 'a/1.png': 'x', 'b/1.png': 'x' }) };
    const { format, source: found } = await openLabelled(source);
    const list = (): never => {
      throw new Error('listed again');
    };
    const contents = { ...found.contents, store: { ...found.contents.store, list } };
    expect(await format.survey({ ...found, contents })).toMatchObject({ classes: ['a', 'b'], counts: [1, 1] });
  });

  it('count a file whose name is not UTF-8 instead of reading another one', async () => {
    const uri = await folderWith({ 'a/1.png': await greyPng(1), 'b/1.png': await greyPng(2) });
    const name = Buffer.concat([Buffer.from(`${fileURLToPath(uri)}/a/na`), Buffer.from([0xef]), Buffer.from('ve.png')]);
    await writeFile(name, await greyPng(3));
    const { set, rejected } = await readLabelled({ field: 'labelled', uri }, ['a', 'b'], IMAGE, LIMITS);
    expect(set.keys).toEqual(['a/1.png', 'b/1.png']);
    expect(rejected).toMatchObject([{ reason: 'unreadable', detail: 'its name is not UTF-8' }]);
  });

  it('refuse a class that the run does not know', async () => {
    const uri = await folderWith({ 'contempt/1.png': await greyPng(1) });
    const reading = readLabelled({ field: 'benchmarks.x', uri }, ['a', 'b'], IMAGE, LIMITS);
    await expect(reading).rejects.toThrow('benchmarks.x: unknown class "contempt". The labelled set has a, b.');
  });

  it('are told from a single file of another kind, and the formats that can be read are named', async () => {
    const uri = `${await folderWith({ 'train.h5': 'x' })}/train.h5`;
    await expect(surveyLabelled({ field: 'labelled', uri })).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(
        /^labelled: .*train\.h5 is a file of another kind \(HDF5; write.*\)\. It must be .*class folders/,
      ),
    });
  });
});
