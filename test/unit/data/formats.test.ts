import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../../cli/program.ts';
import {
  codecNames,
  codecOf,
  foreignCodecOf,
  isImage,
  kindOfName,
  mayBeImage,
} from '../../../core/data/image-files.ts';
import type { LabelledFormat } from '../../../core/data/labelled/labelled-format.ts';
import { LABELLED_FORMATS, surveyLabelled } from '../../../core/data/labelled/registry.ts';
import type { PoolFormat } from '../../../core/data/pool/pool-format.ts';
import { POOL_FORMATS, poolFormatOf } from '../../../core/data/pool/registry.ts';
import { listPool } from '../../../core/plan/list-pool.ts';
import { folderWith } from '../../support/images.ts';

const ROOMS = { labelled: LABELLED_FORMATS, pool: POOL_FORMATS } as const;
const folderOf = (room: string): string => join(import.meta.dirname, '../../../core/data', room);

/** What stands beside the formats. */
const NO_FORMATS = ['registry.ts', 'span.ts'];

/** Every format that a file of the room exports. */
const exportedBy = async (room: keyof typeof ROOMS): Promise<(LabelledFormat | PoolFormat)[]> => {
  const modules = await Promise.all(
    readdirSync(folderOf(room))
      .filter((file) => !NO_FORMATS.includes(file))
      .map((file) => import(join(folderOf(room), file)) as Promise<Record<string, unknown>>),
  );
  const values = modules.flatMap((module) => Object.values(module));
  return values.filter((value): value is LabelledFormat | PoolFormat => typeof value === 'object' && value !== null);
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(Object.keys(ROOMS) as (keyof typeof ROOMS)[])('the formats of %s data', (room) => {
  it('are all registered, or one that was written would never be taken', async () => {
    const names = (formats: readonly { name: string }[]): string[] => formats.map(({ name }) => name).sort();
    expect(names(await exportedBy(room))).toEqual(names(ROOMS[room]));
    expect(new Set(names(ROOMS[room])).size).toBe(ROOMS[room].length);
  });

  it('can say what they are, tell theirs and read it', () => {
    for (const format of ROOMS[room]) {
      expect(format.about).toMatch(/\w/);
      expect(format).toMatchObject({ matches: expect.any(Function), read: expect.any(Function) });
      expect(format).toHaveProperty('survey' in format ? 'survey' : 'partsOf', expect.any(Function));
    }
  });

  it('stand in the help, so that nobody has to guess what can be given', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(await main(['run', '--help'])).toBe(0);
    const help = write.mock.calls.join('');
    for (const { about } of ROOMS[room]) expect(help).toContain(about);
  });

  it('stand in the refusal of a file that none of them reads', async () => {
    const uri = `${await folderWith({ 'train.h5': 'x' })}/train.h5`;
    const refusal =
      room === 'labelled' ? surveyLabelled({ field: 'x', uri }) : listPool(uri, 10, async () => undefined);
    const error: unknown = await refusal.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ConfigError' });
    for (const { about } of ROOMS[room]) expect(String(error)).toContain(about);
  });
});

describe('objects of a pool', () => {
  it.each([
    ['a/b.tar', 'tar'],
    ['b.TAR', 'tar'],
    ['a/b.jpeg', 'images'],
    ['b.gif', 'images'],
    ['b.tar.gz', 'tar'],
    ['b.TGZ', 'tar'],
    ['b.zip', 'zip'],
    ['data/train-00000-of-00002.parquet', 'parquet'],
    ['train.rec', 'rec'],
    ['Faces.TSV', 'tsv'],
    ['b', 'images'],
    ['b.jpeg?w=200', 'images'],
    ['b.png.part', 'images'],
    ['train.idx', undefined],
    ['property', undefined],
    ['README.md', undefined],
    ['labels.csv', undefined],
    ['list.txt', undefined],
    ['.b.tar', undefined],
    ['.git/b.png', undefined],
    ['__MACOSX/b.png', undefined],
    ['a/@eaDir/b.png/SYNOPHOTO_THUMB_M.jpg', undefined],
    ['$RECYCLE.BIN/b.png', undefined],
    ['Thumbs.db', undefined],
    ['a/._b.png', undefined],
    ['empty/', undefined],
  ])('are told by their names: %s is %s', (key, name) => {
    expect(poolFormatOf(key)?.name).toBe(name);
  });
});

describe('image files', () => {
  it('are told by their first bytes, whatever their names', () => {
    expect(codecOf(Buffer.from('\x89PNG\r\n\x1a\n…', 'latin1'))).toBe('PNG');
    expect(codecOf(Buffer.from('\xff\xd8\xff\xe0', 'latin1'))).toBe('JPEG');
    expect(codecOf(Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1'))).toBe('WebP');
    expect(codecOf(Buffer.from('RIFF\0\0\0\0WAVEfmt ', 'latin1'))).toBeUndefined();
    expect(codecOf(Buffer.from('\x89PNG', 'latin1'))).toBeUndefined();
    expect(codecOf(Buffer.alloc(0))).toBeUndefined();
  });

  it('of kinds that are not read are known, to be refused by name', () => {
    expect(foreignCodecOf(Buffer.from('BM\x36\x0c\0\0\0\0\0\0', 'latin1'))).toBe('BMP');
    expect(foreignCodecOf(Buffer.from('BMW and other words', 'latin1'))).toBeUndefined();
    expect(foreignCodecOf(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'))).toBe('HEIC');
    expect(foreignCodecOf(Buffer.from('\0\0\0\x18ftypavif\0\0\0\0mif1', 'latin1'))).toBe('HEIC');
    expect(codecOf(Buffer.from('\0\0\0\x18ftypavif\0\0\0\0mif1', 'latin1'))).toBe('AVIF');
    expect(codecOf(Buffer.from('\0\0\0\x18ftypmif1\0\0\0\0avif', 'latin1'))).toBe('AVIF');
    expect(codecNames()).toBe('PNG, JPEG, WebP, GIF, TIFF or AVIF');
  });

  it('are told by their names where these are plain, and looked into where they are not', () => {
    const names = ['a.png', 'a.JPG', 'a.jfif', 'a.webp', 'a.gif', 'a.heic', 'a.jpg_large', 'a.jpg!d', 'a.jpeg?w=2.5'];
    expect(names.filter(isImage)).toEqual(names);
    expect(['a', 'a.png.part', 'IMG_0001', 'a.v2'].map(kindOfName)).toEqual(Array(4).fill('unknown'));
    expect(['a.cls', 'a.jpg.json', 'README', 'a.csv', 'x/'].map(kindOfName)).toEqual(Array(5).fill('other'));
    expect(['a', '.a.png', '.a/b.png', 'a.cls', './a.png'].filter(mayBeImage)).toEqual(['a', './a.png']);
  });
});
