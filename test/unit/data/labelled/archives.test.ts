import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readLabelled } from '../../../../core/data/labelled/read-labelled.ts';
import { openLabelled, surveyLabelled } from '../../../../core/data/labelled/registry.ts';
import { readTarSamples } from '../../../../core/data/labelled/tar-samples.ts';
import type { Store } from '../../../../core/store/store.ts';
import { collect, folderWith, greyPng, IMAGE, LIMITS, tarOf } from '../../../support/images.ts';
import { ferRows } from '../../../support/labelled-layouts.ts';
import { type Files, ferCsvOf, images } from '../../../support/labelled-sets.ts';
import { memoryStore } from '../../../support/memory-store.ts';
import { packed, recordOf, zipOf } from '../../../support/pool-fixtures.ts';

const entriesOf = (files: Files) => Object.entries(files).map(([name, body]) => [name, Buffer.from(body)] as const);

const ARCHIVES: Readonly<Record<string, (files: Files) => Promise<Buffer> | Buffer>> = {
  'faces.zip': (files) => zipOf(entriesOf(files)),
  'faces.tar': (files) => tarOf(entriesOf(files)),
  'faces.tar.gz': async (files) => gzipSync(await tarOf(entriesOf(files))),
};

/** Files that people find in what they download, and what becomes of them. */
const HELD: readonly (readonly [
  what: string,
  files: () => Promise<Files> | Files,
  given: string,
  counts: Record<string, number>,
  keys: readonly string[],
])[] = [
  [
    'class folders',
    () => images(['happy/1.png', 'happy/2.png', 'sad/1.png']),
    '',
    { happy: 2, sad: 1 },
    ['happy/1.png', 'happy/2.png', 'sad/1.png'],
  ],
  [
    'class folders in a folder, with what macOS puts beside',
    async () => ({ ...(await images(['set/happy/1.png', 'set/sad/1.png'])), '__MACOSX/set/happy/._1.png': 'x' }),
    '',
    { happy: 1, sad: 1 },
    ['happy/1.png', 'sad/1.png'],
  ],
  [
    'splits of class folders',
    () => images(['s/train/happy/1.png', 's/train/sad/1.png', 's/test/sad/2.png']),
    '#test',
    { sad: 1 },
    ['test/sad/2.png'],
  ],
  [
    'a list beside its images',
    async () => ({
      ...(await images(['s/img/b.png', 's/img/a.png'])),
      's/metadata.csv': 'file_name,label\nimg/b.png,sad\nimg/a.png,happy\n',
    }),
    '',
    { happy: 1, sad: 1 },
    ['img/b.png', 'img/a.png'],
  ],
  [
    'one table of pixels',
    () => ({ 'fer2013/fer2013.csv': ferCsvOf('emotion,pixels,Usage', ferRows(['3', '0'], 'Training')) }),
    '',
    { angry: 1, happy: 1 },
    ['fer2013/fer2013.csv:row 2', 'fer2013/fer2013.csv:row 3'],
  ],
];

describe.each(Object.entries(ARCHIVES))('a labelled set in %s', (name, pack) => {
  it.each(HELD)('is read as its folder would be: %s', async (_, files, given, counts, keys) => {
    const uri = `${await folderWith({ [name]: await pack(await files()) })}/${name}${given}`;
    const source = { field: 'labelled', uri };
    const survey = await surveyLabelled(source);
    expect(Object.fromEntries(survey.classes.map((className, i) => [className, survey.counts[i]]))).toEqual(counts);
    const { set, rejected } = await readLabelled(source, survey.classes, IMAGE, LIMITS);
    expect([set.keys, rejected]).toEqual([keys, []]);
  });
});

describe('an archive of a labelled set', () => {
  it('counts an image that cannot be unpacked, with its reason', async () => {
    const files = [
      ['a/1.png', await greyPng(1)],
      ['b/1.png', await greyPng(2)],
      ['b/2.png', await greyPng(3)],
    ] as const;
    const zip = zipOf(files);
    // The method of the first entry of the directory: bzip2.
    zip.writeUInt16LE(12, zip.indexOf('PK\x01\x02') + 10);
    const source = { field: 'labelled', uri: `${await folderWith({ 'a.zip': zip })}/a.zip` };
    const { set, rejected } = await readLabelled(source, ['a', 'b'], IMAGE, LIMITS);
    expect(set.keys).toEqual(['b/1.png', 'b/2.png']);
    expect(rejected).toEqual([
      { key: 'a/1.png', reason: 'unreadable', detail: 'is packed by method 12; only deflate is read' },
    ]);
  });

  it('of photos is counted by its headers: the images are not read in Plan', async () => {
    const photo = Buffer.alloc(5_000_000);
    const tar = await tarOf(
      [0, 1, 2, 3].flatMap((i) => [[`${i}.png`, photo] as const, [`${i}.cls`, `${i % 2}`] as const]),
    );
    const plain = memoryStore(new Map([['a.tar', tar]]));
    let asked = 0;
    const store: Store = {
      ...plain,
      range: (key, from, to) => {
        asked += to - from;
        return plain.range(key, from, to);
      },
    };
    const samples = await collect(readTarSamples(store, 'a.tar', 0));
    expect(samples.map(({ key, texts }) => `${key} ${texts.get('cls')}`)).toEqual(['0 0', '1 1', '2 0', '3 1']);
    expect(asked).toBeLessThan(tar.length / 4);
  });

  it('packed with gzip may also be WebDataset', async () => {
    const tar = gzipSync(
      await tarOf([
        ['0.png', await greyPng(1)],
        ['0.cls', 'sad'],
        ['1.png', await greyPng(2)],
        ['1.cls', 'happy'],
      ]),
    );
    const source = { field: 'labelled', uri: `${await folderWith({ 'a.tgz': tar })}/a.tgz` };
    expect((await openLabelled(source)).format.name).toBe('webdataset');
    expect(await surveyLabelled(source)).toMatchObject({ classes: ['happy', 'sad'], counts: [1, 1] });
  });
});

describe('files of a split that was not asked for', () => {
  it('are not read: a training set costs no more beside a large test set', async () => {
    const sound = await tarOf([
      ['0.png', await greyPng(1)],
      ['0.cls', 'sad'],
    ]);
    const uri = await folderWith({ 'train-0.tar': sound, 'test-0.tar': 'no tar' });
    expect(await surveyLabelled({ field: 'labelled', uri })).toMatchObject({ classes: ['sad'], counts: [1] });
    await expect(surveyLabelled({ field: 'benchmarks.x', uri })).rejects.toThrow(/test-0\.tar is no tar/);
  });
});

describe('RecordIO with labels', () => {
  it('gives each image the class of its header, and counts one of several labels', async () => {
    const records = [
      packed(0, [5, 6], Buffer.alloc(0)),
      packed(1, [1], await greyPng(1)),
      packed(2, [0], await greyPng(2)),
      packed(3, [0, 1, 2], await greyPng(3)),
    ].map(recordOf);
    const source = {
      field: 'labelled',
      uri: `${await folderWith({ 'a.rec': Buffer.concat(records), 'classes.txt': 'sad\nhappy\n' })}/a.rec`,
    };
    expect(await surveyLabelled(source)).toMatchObject({
      classes: ['sad', 'happy'],
      counts: [1, 1],
      leftOut: { counts: { unlabelled: 1 }, example: { detail: 'has 3 labels, and an image has one class' } },
    });
    const { set } = await readLabelled(source, ['sad', 'happy'], IMAGE, LIMITS);
    expect([...set.labels]).toEqual([1, 0]);
  });
});
