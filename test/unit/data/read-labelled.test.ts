import { describe, expect, it } from 'vitest';
import { dropDuplicates, sharedImages } from '../../../core/data/gather.ts';
import { readLabelled } from '../../../core/data/read-labelled.ts';
import { surveyLabelled } from '../../../core/data/survey.ts';
import { folderWith, greyPixels, greyPng, IMAGE, LIMITS } from '../../support/images.ts';

const FER_IMAGE = { size: 48, channels: 1 } as const;

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
    expect(await surveyLabelled({ field: 'labelled', uri })).toEqual({
      classes: ['Happy', 'empty', 'sad'],
      counts: [2, 0, 2],
    });
  });

  it('are refused under the one name that no JSON object keeps, instead of a class that is lost on the way', async () => {
    const uri = await folderWith({ '__proto__/1.png': 'x', 'sad/1.png': 'x' });
    await expect(surveyLabelled({ field: 'labelled', uri })).rejects.toThrow(
      /^labelled: "__proto__" in .* cannot be the name of a class\. Rename the folder\.$/,
    );
  });

  it('say which folder is missing, and for which field', async () => {
    const source = { field: 'benchmarks.held-out', uri: 'file:///no/such/folder' };
    await expect(surveyLabelled(source)).rejects.toMatchObject({
      name: 'ConfigError',
      message: 'benchmarks.held-out: There is no folder /no/such/folder.',
    });
  });

  it('do not take a folder too high up for classes', async () => {
    const uri = await folderWith({ 'train/sad/1.png': 'x' });
    await expect(surveyLabelled({ field: 'labelled', uri })).rejects.toThrow(/train\/sad\/1\.png lies deeper/);
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

  it('refuse a class that the run does not know', async () => {
    const uri = await folderWith({ 'contempt/1.png': await greyPng(1) });
    const reading = readLabelled({ field: 'benchmarks.x', uri }, ['a', 'b'], IMAGE, LIMITS);
    await expect(reading).rejects.toThrow('benchmarks.x: unknown class "contempt". The labelled set has a, b.');
  });
});

describe('fer2013.csv', () => {
  const values = (seed: number): string => [...greyPixels(seed, 48)].join(' ');
  const csv = [
    'emotion,pixels,Usage',
    `0,"${values(1)}",Training`,
    `3,${values(2)},PublicTest`,
    `6,${values(3)},Training`,
    `4,${values(4)},PrivateTest`,
    '5,1 2 3,Training',
    `9,${values(5)},Training`,
    `5,${values(6).replace(/^\d+/, '256')},Training`,
    `5,${values(6).replace(/^\d+/, '-1')},Training`,
    `5,${values(6).replace(/^\d+/, 'x')},Training`,
  ].join('\n');

  it('is divided by Usage: Training is labelled, the rest a benchmark, a fragment picks', async () => {
    const uri = `${await folderWith({ 'fer2013.csv': csv })}/fer2013.csv`;
    const survey = (field: string, fragment = '') => surveyLabelled({ field, uri: uri + fragment });
    expect(await survey('labelled')).toEqual({ classes: ['angry', 'neutral', 'surprise'], counts: [1, 1, 4] });
    expect(await survey('benchmarks.x')).toEqual({ classes: ['happy', 'sad'], counts: [1, 1] });
    expect(await survey('benchmarks.x', '#PublicTest')).toEqual({ classes: ['happy'], counts: [1] });
    await expect(survey('benchmarks.x', '#Nope')).rejects.toThrow(
      /^benchmarks\.x: No row .*#Nope is picked; its Usage column has "Training", "PublicTest", "PrivateTest"/,
    );
  });

  it('keeps pixels as they are and rejects bad rows with row and numbers', async () => {
    const uri = `${await folderWith({ 'fer2013.csv': csv })}/fer2013.csv`;
    const classes = ['angry', 'neutral', 'surprise'];
    const { set, rejected } = await readLabelled({ field: 'labelled', uri }, classes, FER_IMAGE, LIMITS);
    expect(set.keys).toEqual(['fer2013.csv:row 2', 'fer2013.csv:row 4']);
    expect([...set.labels]).toEqual([0, 1]);
    expect(Buffer.from(set.pixels)).toEqual(Buffer.concat([greyPixels(1, 48), greyPixels(3, 48)]));
    expect(rejected.map(({ key, reason, detail }) => `${key} ${reason} ${detail}`)).toEqual([
      'fer2013.csv:row 6 bad-row 3 pixels, needs 2304 (48 × 48)',
      'fer2013.csv:row 7 bad-row emotion is "9", needs 0 to 6',
      'fer2013.csv:row 8 bad-row pixel 0 is "256", needs a whole number from 0 to 255',
      'fer2013.csv:row 9 bad-row pixel 0 is "-1", needs a whole number from 0 to 255',
      'fer2013.csv:row 10 bad-row pixel 0 is "x", needs a whole number from 0 to 255',
    ]);
  });

  it('takes every row where there is no Usage column', async () => {
    const text = `emotion,pixels\n0,${values(1)}\n3,${values(2)}\n`;
    const uri = `${await folderWith({ 'fer2013.csv': text })}/fer2013.csv`;
    expect(await surveyLabelled({ field: 'labelled', uri })).toEqual({ classes: ['angry', 'happy'], counts: [1, 1] });
  });

  it.each([
    ['another header', 'a,b\n1,2\n', 'ConfigError', /has the columns a, b; it needs emotion, pixels/],
    ['no rows', 'emotion,pixels,Usage\n', 'DataError', /no row at all/],
    ['an open quote', 'emotion,pixels,Usage\n0,"1 2', 'DataError', /not a readable CSV: Quote Not Closed/],
  ])('is refused with %s', async (_, text, name, message) => {
    const uri = `${await folderWith({ 'fer2013.csv': text })}/fer2013.csv`;
    const survey = surveyLabelled({ field: 'labelled', uri });
    await expect(survey).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });

  it('that is missing is named with its field', async () => {
    const uri = `${await folderWith({})}/fer2013.csv`;
    await expect(surveyLabelled({ field: 'labelled', uri })).rejects.toThrow(/^labelled: There is no .*fer2013\.csv/);
  });
});

describe('equal images', () => {
  const set = {
    size: 1,
    channels: 1,
    count: 4,
    pixels: Uint8Array.of(7, 8, 7, 7),
    labels: Int32Array.of(0, 0, 0, 1),
    keys: ['a/1', 'a/2', 'a/3', 'b/1'],
    sha256: ['x', 'y', 'x', 'x'],
  };

  it('count once, and a contradiction is named', () => {
    const { set: unique, rejected } = dropDuplicates(set, ['a', 'b']);
    expect(unique).toMatchObject({ count: 2, keys: ['a/1', 'a/2'], sha256: ['x', 'y'] });
    expect([...unique.pixels]).toEqual([7, 8]);
    expect(rejected).toEqual([
      { key: 'a/3', reason: 'duplicate', detail: 'same pixels as a/1' },
      { key: 'b/1', reason: 'duplicate', detail: 'same pixels as a/1, there as a' },
    ]);
  });

  it('are found between two sets', () => {
    const other = { ...set, keys: ['t/1', 't/2', 't/3', 't/4'], sha256: ['n', 'y', 'm', 'o'] };
    expect(sharedImages(other, set)).toEqual([{ key: 't/2', otherKey: 'a/2' }]);
  });
});
