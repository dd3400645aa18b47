import { describe, expect, it } from 'vitest';
import { readLabelled } from '../../../../core/data/labelled/read-labelled.ts';
import { surveyLabelled } from '../../../../core/data/labelled/registry.ts';
import { folderWith, greyPixels, LIMITS } from '../../../support/images.ts';

const FER_IMAGE = { size: 48, channels: 1 } as const;

describe('fer2013.csv', () => {
  const values = (seed: number): string => [...greyPixels(seed, 48)].join(' ');
  const csv = [
    'emotion,pixels,Usage',
    `0,"${values(1)}",Training`,
    `3,${values(2)},PublicTest`,
    `6,${values(3)},Training`,
    `4,${values(4)},PrivateTest`,
    '5,1 2 3,Training',
    `,${values(5)},Training`,
    `5,${values(6).replace(/^\d+/, '256')},Training`,
    `5,${values(6).replace(/^\d+/, '-1')},Training`,
    `5,${values(6).replace(/^\d+/, 'x')},Training`,
  ].join('\n');

  it('is divided by Usage: Training is labelled, the rest a benchmark, a fragment picks', async () => {
    const uri = `${await folderWith({ 'fer2013.csv': csv })}/fer2013.csv`;
    const survey = (field: string, fragment = '') => surveyLabelled({ field, uri: uri + fragment });
    expect(await survey('labelled')).toMatchObject({
      classes: ['angry', 'surprise', 'neutral'],
      counts: [1, 4, 1],
    });
    expect(await survey('benchmarks.x')).toMatchObject({ classes: ['happy', 'sad'], counts: [1, 1] });
    expect(await survey('benchmarks.x', '#PublicTest')).toMatchObject({ classes: ['happy'], counts: [1] });
    await expect(survey('benchmarks.x', '#Nope')).rejects.toThrow(
      /^benchmarks\.x: .*#Nope has no Usage "Nope"; it has "Training", "PublicTest", "PrivateTest"/,
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
      'fer2013.csv:row 6 bad-row 3 pixels are no square of 8 × 8 or more; fer2013 has 2304 (48 × 48)',
      'fer2013.csv:row 7 bad-row has no label',
      'fer2013.csv:row 8 bad-row pixel 0 is "256", needs a whole number from 0 to 255',
      'fer2013.csv:row 9 bad-row pixel 0 is "-1", needs a whole number from 0 to 255',
      'fer2013.csv:row 10 bad-row pixel 0 is "x", needs a whole number from 0 to 255',
    ]);
  });

  it('takes every row where there is no Usage column', async () => {
    const text = `emotion,pixels\n0,${values(1)}\n3,${values(2)}\n`;
    const uri = `${await folderWith({ 'fer2013.csv': text })}/fer2013.csv`;
    expect(await surveyLabelled({ field: 'labelled', uri })).toMatchObject({ classes: ['angry', 'happy'] });
  });

  it.each([
    [
      'another header',
      'a,b\n1,2\n',
      'ConfigError',
      /has the columns a, b\. It needs a first line .* emotion and pixels/,
    ],
    ['no rows', 'emotion,pixels,Usage\n', 'DataError', /it holds no image with a label/],
    ['an open quote', 'emotion,pixels,Usage\n0,"1 2', 'DataError', /not a readable table: Quote Not Closed/],
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
