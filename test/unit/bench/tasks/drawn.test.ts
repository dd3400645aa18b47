import { describe, expect, it } from 'vitest';
import { ANIMALS } from '../../../../bench/tasks/drawn/animals.ts';
import { DIGIT_PAIRS, DIGITS } from '../../../../bench/tasks/drawn/digits.ts';
import { drawImages, drawParts, evenly, skewed } from '../../../../bench/tasks/drawn/drawing.ts';
import { drawFaces } from '../../../../bench/tasks/drawn/faces.ts';
import { TEXTURES } from '../../../../bench/tasks/drawn/textures.ts';
import { countLabels } from '../../../../bench/tasks/select.ts';
import { random } from '../../../../core/tensor/random.ts';
import { ALBUM } from '../../../../demo/looks.ts';
import { sharedImages } from './fixture.ts';

describe.each([DIGITS, DIGIT_PAIRS, ANIMALS, TEXTURES])('$name', (drawing) => {
  const classes = drawing.classes.slice(0, 12);
  const counts = { labelled: evenly(classes, 2), pool: evenly(classes, 3), benchmark: evenly(classes, 1) };
  const one = drawParts(drawing, counts, 1);

  it('has every class as often as it is asked for', () => {
    expect(countLabels(one.labelled)).toEqual(counts.labelled);
    expect(countLabels(one.pool)).toEqual(counts.pool);
    expect(countLabels(one.benchmark)).toEqual(counts.benchmark);
  });

  it('never shows one image in two parts, or twice', () => {
    expect(sharedImages(one)).toBe(0);
    expect(new Set(one.pool.map(({ png }) => png.toString('base64'))).size).toBe(one.pool.length);
  });

  it('is the same for the same seed alone, and a larger pool changes no labelled image', () => {
    expect(drawParts(drawing, { ...counts, pool: evenly(classes, 4) }, 1).labelled).toEqual(one.labelled);
    expect(drawParts(drawing, counts, 2).labelled).not.toEqual(one.labelled);
  });

  it('draws neither black nor white squares', () => {
    for (const [i, label] of classes.entries()) {
      const pixels = drawing.draw(random('test', i), label);
      expect(pixels).toHaveLength(drawing.side ** 2);
      expect(new Set(pixels).size).toBeGreaterThan(10);
    }
  });
});

it('draws faces of the wanted expressions, the same for the same stream', async () => {
  const counts = { sad: 2, happy: 1, none: 1 };
  const faces = await drawFaces(ALBUM, counts, [1]);
  expect(countLabels(faces)).toEqual(counts);
  expect(await drawFaces(ALBUM, counts, [1])).toEqual(faces);
  expect(await drawFaces(ALBUM, counts, [2])).not.toEqual(faces);
});

describe('skewed proportions', () => {
  const classes = ['a', 'b', 'c'];

  it('have the most frequent class as often as the skew says, and about the total', () => {
    const sizes = Object.values(skewed({ name: 'x', classes }, 7000, 4)).sort((a, b) => a - b);
    expect(sizes).toEqual([1000, 2000, 4000]);
    expect(skewed({ name: 'x', classes }, 300, 1)).toEqual({ a: 100, b: 100, c: 100 });
  });

  it('are the same for pool and benchmark', () => {
    const [pool, benchmark] = [700, 70].map((total) => skewed({ name: 'x', classes }, total, 4));
    for (const label of classes) expect(pool![label]).toBe(10 * benchmark![label]!);
  });

  it('of a single class are all of it', () => {
    expect(skewed({ name: 'x', classes: ['a'] }, 10, 3)).toEqual({ a: 10 });
  });
});

it('gives images of classes that are not asked for none', () => {
  expect(drawImages(DIGITS, { 3: 2, 4: 0 }, ['test']).map(({ label }) => label)).toEqual(['3', '3']);
});
