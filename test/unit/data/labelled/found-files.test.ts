import { describe, expect, it } from 'vitest';
import { expectRead, ferRows, type Layout, numbered, survey, withImages } from '../../../support/labelled-layouts.ts';
import { ferCsvOf, hugParquet, images, plainParquet, sampleTar } from '../../../support/labelled-sets.ts';

const READ: readonly (readonly [what: string, layout: Layout, format: string, counts: Record<string, number>])[] = [
  [
    'numbers as class folders, in natural order',
    { files: () => images(numbered('', 12, '/a.png')) },
    'class-folders',
    Object.fromEntries(numbered('', 12, '').map((name) => [name, 1])),
  ],
  [
    'class folders of numbers that classes.txt names',
    { files: () => withImages(['0/a.png', '1/a.png'], { 'classes.txt': 'zebra\nant\n' }) },
    'class-folders',
    { zebra: 1, ant: 1 },
  ],
  [
    'folders that look like shards and are classes all the same',
    { files: () => withImages(['100/a.png', '200/a.png'], { 'classes.txt': '100\n200\n' }) },
    'class-folders',
    { '100': 1, '200': 1 },
  ],
  [
    'Unicode in two forms',
    { files: () => images(['d\u00e9\u00e7u/a.png', 'de\u0301c\u0327u/b.png', 'ok/a.png']) },
    'class-folders',
    { 'd\u00e9\u00e7u': 2, ok: 1 },
  ],
  [
    'a CSV of pixels whose emotions are 3.0',
    { files: () => ({ 'f.csv': ferCsvOf('emotion,pixels', ferRows(['3.0', '0.0'])) }), given: 'f.csv' },
    'fer-csv',
    { angry: 1, happy: 1 },
  ],
  [
    'one of names, in the order of fer2013',
    { files: () => ({ 'f.csv': ferCsvOf('emotion,pixels', ferRows(['neutral', 'angry', 'sad'])) }), given: 'f.csv' },
    'fer-csv',
    { angry: 1, sad: 1, neutral: 1 },
  ],
  [
    'one with the header in another case',
    {
      files: () => ({
        'f.csv': ferCsvOf('Emotion,PIXELS,usage', [...ferRows(['3', '0'], 'training'), ['6', 'PublicTest']]),
      }),
      given: 'f.csv',
    },
    'fer-csv',
    { angry: 1, happy: 1 },
  ],
  [
    'one without a header',
    {
      files: () => {
        const [, ...rows] = ferCsvOf('', [...ferRows(['3', '0'], 'Training'), ['6', 'PrivateTest']]).split('\n');
        return { 'f.csv': rows.join('\n') };
      },
      given: 'f.csv',
    },
    'fer-csv',
    { angry: 1, happy: 1 },
  ],
  [
    'one with contempt as 7, as CK+ has it',
    { files: () => ({ 'f.csv': ferCsvOf('emotion,pixels', ferRows(['7', '0', '3'])) }), given: 'f.csv' },
    'fer-csv',
    { angry: 1, happy: 1, contempt: 1 },
  ],
  [
    'one of several Usages',
    {
      files: () => ({
        'f.csv': ferCsvOf('emotion,pixels,Usage', [
          ['0', 'Training'],
          ['3', 'PublicTest'],
          ['6', 'PrivateTest'],
        ]),
      }),
      given: 'f.csv#PublicTest, privatetest',
    },
    'fer-csv',
    { happy: 1, neutral: 1 },
  ],
  [
    'one of 64 × 64 pixels',
    { files: () => ({ 'f.csv': ferCsvOf('emotion,pixels', ferRows(['0', '3']), 64) }), given: 'f.csv' },
    'fer-csv',
    { angry: 1, happy: 1 },
  ],
  [
    "Hugging Face's Parquet, in the order of its ClassLabel",
    {
      files: async () => ({
        'data/train-00000-of-00002.parquet': await hugParquet([0, 1], ['zebra', 'ant']),
        'data/train-00001-of-00002.parquet': await hugParquet([1], ['zebra', 'ant'], { seed: 5 }),
        'data/test-00000-of-00001.parquet': await hugParquet([0], ['zebra', 'ant'], { seed: 9 }),
      }),
    },
    'parquet',
    { zebra: 1, ant: 2 },
  ],
  [
    'Parquet of plain bytes, names and splits',
    {
      files: async () => ({
        'a.parquet': await plainParquet({ label: ['sad', 'happy', 'sad'], split: ['train', 'train', 'test'] }),
      }),
      given: 'a.parquet',
    },
    'parquet',
    { happy: 1, sad: 1 },
  ],
  [
    'WebDataset shards with .cls and names',
    {
      files: async () => ({
        'train-000000.tar': await sampleTar([
          ['a', { cls: '1' }],
          ['b', { cls: '0\n' }],
        ]),
        'train-000001.tar': await sampleTar([['c', { cls: '1' }]]),
        'val-000000.tar': await sampleTar([['d', { cls: '1' }]]),
        'classes.txt': 'zebra\nant\n',
      }),
    },
    'webdataset',
    { zebra: 1, ant: 2 },
  ],
  [
    'a tar with .json, masks and samples without a label',
    {
      files: async () => ({
        'a.tar': await sampleTar([
          ['a', { json: '{"label":"sad"}', 'seg.png': 'x' }],
          ['b', { json: '{"class":"happy"}' }],
          ['c', { txt: 'a caption' }],
        ]),
      }),
      given: 'a.tar',
    },
    'webdataset',
    { happy: 1, sad: 1 },
  ],
  [
    'a tar whose names hold dots',
    {
      files: async () => ({
        'a.tar': await sampleTar([
          ['a.v1', { cls: 'sad' }],
          ['b.v1', { cls: 'happy' }],
        ]),
      }),
      given: 'a.tar',
    },
    'webdataset',
    { happy: 1, sad: 1 },
  ],
];

describe('class folders, pixels, Parquet and tars as people have them', () => {
  it.each(READ)('are read: %s', async (_, layout, format, counts) => {
    await expectRead(layout, format, counts);
  });

  it('give numbers as classes in the order of the numbers', async () => {
    const { found } = await survey({ files: () => images(numbered('', 12, '/a.png')) });
    expect(found.classes).toEqual(numbered('', 12, ''));
  });
});
