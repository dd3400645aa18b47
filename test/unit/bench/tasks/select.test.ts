import { describe, expect, it } from 'vitest';
import { countLabels, shuffled, takeByClass, withWrongLabels } from '../../../../bench/tasks/select.ts';
import { numbered } from './fixture.ts';

const IMAGES = [...numbered('a', [0, 1, 2]), ...numbered('b', [3, 4]), ...numbered('a', [5])];

describe('taking by class', () => {
  it('takes the first of each class and leaves the others in order', () => {
    const { taken, rest } = takeByClass(IMAGES, (label) => (label === 'a' ? 2 : 1));
    expect(taken).toEqual([IMAGES[0], IMAGES[1], IMAGES[3]]);
    expect(rest).toEqual([IMAGES[2], IMAGES[4], IMAGES[5]]);
  });

  it('takes all of a class that has too few, and none of one that is not wanted', () => {
    const { taken } = takeByClass(IMAGES, (label) => (label === 'b' ? 3 : -1));
    expect(countLabels(taken)).toEqual({ b: 2 });
  });
});

describe('wrong labels', () => {
  const images = numbered('a', [...Array(40).keys()]).map((image, i) => ({ ...image, label: 'abcd'[i % 4]! }));
  const wrong = (part: number): number =>
    withWrongLabels(images, part, ['test']).filter(({ label }, i) => label !== images[i]!.label).length;

  it('are as many as asked for, each of them really wrong', () => {
    expect(wrong(0.1)).toBe(4);
    expect(wrong(1)).toBe(40);
    expect(wrong(0)).toBe(0);
  });

  it('change no image', () => {
    expect(withWrongLabels(images, 1, ['test']).map(({ png }) => png)).toEqual(images.map(({ png }) => png));
  });
});

it('shuffles without losing an image', () => {
  const order = shuffled(IMAGES, ['test']);
  expect(order).not.toEqual(IMAGES);
  expect(new Set(order)).toEqual(new Set(IMAGES));
});
