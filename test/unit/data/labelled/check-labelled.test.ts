import { describe, expect, it } from 'vitest';
import type { Rejection } from '../../../../core/contracts/rejections.ts';
import { checkBenchmark, checkLabelled, unknownClass } from '../../../../core/data/labelled/check-labelled.ts';
import { surveyOf } from '../../../../core/data/labelled/labelled-format.ts';

const source = { field: 'labelled', uri: 'file:///faces' };
const lost = (key: string, reason: Rejection['reason'], detail: string): Rejection => ({ key, reason, detail });

describe('a class with too few images', () => {
  it('is told why it has so few, or somebody adds images to a folder that is full of broken ones', () => {
    const losses = new Map([
      [
        'angry',
        [
          lost('angry/0.png', 'undecodable', 'neither PNG, JPEG nor WebP by its first bytes'),
          lost('angry/1.png', 'undecodable', 'the same'),
          lost('angry/2.png', 'duplicate', 'same pixels as sad/1.png'),
        ],
      ],
    ]);
    expect(() => checkLabelled(source, { classes: ['angry', 'sad'], counts: [1, 9] }, 5, losses)).toThrow(
      'labelled: too few images of a class in file:///faces: "angry" has 4 images, of which 1 can be used: 2 cannot be decoded ' +
        '(e.g. angry/0.png: neither PNG, JPEG nor WebP by its first bytes), 1 the same image twice (e.g. angry/2.png: same pixels ' +
        'as sad/1.png); the minimum is 5. Mend or add images, or lower config.limits.minPerClass.',
    );
  });

  it('gives one example of a reason, however many classes have it', () => {
    const broken = (name: string) => [name, [lost(`${name}/0.bmp`, 'undecodable', 'neither PNG')]] as const;
    const survey = { classes: ['a', 'b'], counts: [0, 0] };
    expect(() => checkLabelled(source, survey, 5, new Map([broken('a'), broken('b')]))).toThrow(
      '"a" has 1 images, of which 0 can be used: 1 cannot be decoded (e.g. a/0.bmp: neither PNG), "b" has 1 images, of which 0 can ' +
        'be used: 1 cannot be decoded; the minimum is 5',
    );
  });

  it('is told of what listing alone leaves out', () => {
    const leftOut = { counts: { ambiguous: 3 }, example: { key: 'a.png', detail: 'l.csv:row 2: no class …' } };
    const survey = surveyOf(
      new Map([
        ['sad', 1],
        ['happy', 9],
      ]),
      [],
      leftOut,
    );
    expect(() => checkLabelled(source, survey, 5)).toThrow(
      /"sad" has 1; the minimum is 5\. Left out: 3 no class has the majority of the votes, e\.g\. a\.png: l\.csv:row 2/,
    );
    expect(() => checkLabelled(source, surveyOf(new Map(), [], leftOut), 5)).toThrow(/no image with a class in/);
  });
});

describe('a benchmark without a readable image', () => {
  it('is told why, not only that it is empty', () => {
    const losses = new Map([['sad', [lost('sad/0.png', 'missing', 'There is no file')]]]);
    expect(() => checkBenchmark(source, { classes: ['sad'], counts: [0] }, ['sad'], losses)).toThrow(
      /no readable images in file:\/\/\/faces\. Of 1 images 1 listed, but not there \(e\.g\. sad\/0\.png: There is no file\)/,
    );
  });
});

describe('names of classes', () => {
  it('that differ in case alone are refused: one class would be learned as two', () => {
    expect(() => checkLabelled(source, { classes: ['Happy', 'happy'], counts: [9, 9] }, 5)).toThrow(
      /the classes "Happy" and "happy" in .* differ in upper and lower case alone/,
    );
    expect(unknownClass('benchmarks.x', 'Happy', ['happy', 'sad']).message).toMatch(
      /unknown class "Happy".*"Happy" and "happy" differ in upper and lower case alone: call both alike/,
    );
  });

  it('stand in the order of their numbers and not of their digits', () => {
    const names = ['10', '2', 'b10', 'b9', 'a', '1', 'B', '02'];
    expect(surveyOf(new Map(names.map((name) => [name, 1]))).classes).toEqual([
      '1',
      '02',
      '2',
      '10',
      'B',
      'a',
      'b9',
      'b10',
    ]);
  });

  it('keep the order of whoever numbers them, and others come behind', () => {
    const counts = new Map(['x', 'ant', 'zebra'].map((name) => [name, 1]));
    expect(surveyOf(counts, ['zebra', 'yak', 'ant']).classes).toEqual(['zebra', 'ant', 'x']);
  });
});
