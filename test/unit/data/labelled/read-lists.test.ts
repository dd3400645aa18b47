import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readLabelled } from '../../../../core/data/labelled/read-labelled.ts';
import { openStore } from '../../../../core/store/open.ts';
import { folderWith, greyPixels, greyPng, IMAGE, LIMITS } from '../../../support/images.ts';
import { hugParquet, sampleTar } from '../../../support/labelled-sets.ts';

const read = (uri: string, classes: readonly string[]) =>
  readLabelled({ field: 'labelled', uri }, classes, IMAGE, LIMITS);
const told = (rejected: readonly { key: string; reason: string; detail: string }[]) =>
  rejected.map(({ key, reason, detail }) => `${key} ${reason} ${detail}`);

describe('images of a list', () => {
  it('are those that it names, with its labels; one that is not there is counted with its class', async () => {
    const uri = await folderWith({
      'a.png': await greyPng(1),
      'b/c.png': await greyPng(2),
      'unlisted.png': await greyPng(3),
      'l.csv': 'path,label\na.png,sad\nb/c.png,happy\nb/gone.png,sad\na.png,sad\n',
    });
    const { set, rejected, classOf } = await read(`${uri}/l.csv`, ['happy', 'sad']);
    expect(set.keys).toEqual(['a.png', 'b/c.png']);
    expect([...set.labels]).toEqual([1, 0]);
    expect(Buffer.from(set.pixels)).toEqual(Buffer.concat([greyPixels(1), greyPixels(2)]));
    expect(told(rejected)).toEqual([
      expect.stringMatching(/^b\/gone\.png missing There is no file/),
      'a.png duplicate l.csv:row 5: named before, in l.csv:row 2',
    ]);
    expect(rejected.map((rejection) => classOf.get(rejection))).toEqual(['sad', 'sad']);
  });

  it('are cut to their boxes, and a box beside the image is counted with the numbers', async () => {
    const uri = await folderWith({
      'a.png': await greyPng(1, 32),
      'l.csv': 'path,label,left,top,right,bottom\na.png,sad,16,0,48,16\na.png,happy,40,40,50,50\na.png,happy,,,,\n',
    });
    const { set, rejected } = await read(`${uri}/l.csv`, ['happy', 'sad']);
    const part = await sharp(greyPixels(1, 32), { raw: { width: 32, height: 32, channels: 1 } })
      .extract({ left: 16, top: 0, width: 16, height: 16 })
      .toColourspace('b-w')
      .raw()
      .toBuffer();
    expect(set.keys).toEqual(['a.png']);
    expect(Buffer.from(set.pixels)).toEqual(part);
    expect(told(rejected)).toEqual([
      'a.png[40,40,50,50] bad-row the box 40, 40 to 50, 50 holds nothing of 32 × 32 pixels',
      'a.png bad-row l.csv:row 4: its box is not four numbers',
    ]);
  });

  it('are cut as people see them, where EXIF turns the photo', async () => {
    const upright = greyPixels(1, 32);
    const turned = await sharp(upright, { raw: { width: 32, height: 32, channels: 1 } })
      .rotate(-90)
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    const boxes = 'path,label,x,y,width,height\na.png,sad,0,0,16,16\n';
    const seen = async (image: Buffer) =>
      (await read(`${await folderWith({ 'a.png': image, 'l.csv': boxes })}/l.csv`, ['sad'])).set.pixels;
    expect(await seen(turned)).toEqual(await seen(await greyPng(1, 32)));
  });

  it('without a majority among their votes are left out and say so', async () => {
    const header = 'Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF';
    const uri = await folderWith({
      'a.png': await greyPng(1),
      'l.csv': `${header}\na.png,4,0,0,1,3,2,0,0,0,0\na.png,0,0,0,0,0,0,0,0,1,9\n`,
    });
    expect(told((await read(`${uri}/l.csv`, ['happy'])).rejected)).toEqual([
      'a.png ambiguous l.csv:row 2: no class has more than half of the votes (neutral 4, angry 3, disgust 2)',
      'a.png unlabelled l.csv:row 3: most votes are for no class',
    ]);
  });
});

describe('images in Parquet and in tars', () => {
  it('are the very bytes of their cells and members', async () => {
    const uri = await folderWith({
      'p/train.parquet': await hugParquet([1, 0], ['zebra', 'ant']),
      't/a.tar': await sampleTar([
        ['a', { cls: 'ant' }],
        ['b', { cls: 'zebra' }],
      ]),
    });
    for (const [place, keys] of [
      ['p', ['train.parquet:row 1', 'train.parquet:row 2']],
      ['t', ['a.tar/a.png', 'a.tar/b.png']],
    ] as const) {
      const { set, rejected } = await read(`${uri}/${place}`, ['zebra', 'ant']);
      expect(set.keys).toEqual(keys);
      expect([...set.labels]).toEqual([1, 0]);
      expect(Buffer.from(set.pixels)).toEqual(Buffer.concat([greyPixels(1), greyPixels(2)]));
      expect(rejected).toEqual([]);
    }
  });

  it('that are longer than allowed are counted, and their bytes are never held', async () => {
    const uri = await folderWith({ 'a.tar': await sampleTar([['a', { cls: 'ant' }]]) });
    const limits = { ...LIMITS, maxBytes: 10 };
    const { rejected } = await readLabelled({ field: 'labelled', uri: `${uri}/a.tar` }, ['ant'], IMAGE, limits);
    expect(told(rejected)).toEqual([
      expect.stringMatching(/^a\.tar\/a\.png too-many-bytes \d+ bytes, at most 10 are read/),
    ]);
  });

  it('are ranged reads of a folder as well', async () => {
    const store = openStore(await folderWith({ 'a.bin': '0123456789' }));
    expect(String(await store.range('a.bin', 2, 5))).toBe('234');
    expect(String(await store.range('a.bin', 8, 50))).toBe('89');
    expect(await store.size('a.bin')).toBe(10);
    expect(await store.size('b.bin')).toBeUndefined();
    await expect(store.range('b.bin', 0, 1)).rejects.toThrow(/There is no file .*b\.bin/);
  });
});
