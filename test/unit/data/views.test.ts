import { beforeAll, describe, expect, it } from 'vitest';
import { type Images, imageAt } from '../../../core/data/images.ts';
import { blurred, interpolation, pack, reduced, splitViews, viewsOf } from '../../../core/data/views.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';

const SIZE = 4;
const imagesOf = (pixels: Float32Array, channels = 1): Images<Float32Array> => {
  return { size: SIZE, channels, count: pixels.length / (SIZE * SIZE * channels), pixels };
};
const noise = (count: number, channels: number): Images<Float32Array> => {
  const draw = random('faces', count, channels);
  return imagesOf(
    Float32Array.from({ length: count * SIZE * SIZE * channels }, () => draw.next()),
    channels,
  );
};
const rowsOf = (matrix: Float32Array, width: number): number[][] =>
  Array.from({ length: matrix.length / width }, (_, i) => [...matrix.slice(i * width, (i + 1) * width)]);

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

describe('Function: interpolation', () => {
  it('has half-pixel centres and repeated edges, as other libraries read our files', () => {
    expect(rowsOf(interpolation(2, 4), 2)).toEqual([
      [1, 0],
      [0.75, 0.25],
      [0.25, 0.75],
      [0, 1],
    ]);
    const [, second] = rowsOf(interpolation(3, 4), 3);
    // The second of four centres lies at 1.5 · 3/4 - 0.5 = 0.625 of three.
    expect(second).toEqual([0.375, 0.625, 0]);
  });

  it.each([
    [1, 4],
    [3, 7],
    [24, 48],
    [5, 5],
    [8, 3],
  ])('from %i to %i its rows sum to 1, so that no view is brighter than its image', (from, to) => {
    for (const row of rowsOf(interpolation(from, to), from)) {
      expect(row.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 6);
      expect(row.every((x) => x >= 0)).toBe(true);
    }
  });

  it('is the identity where nothing is to be resampled', () => {
    expect(rowsOf(interpolation(3, 3), 3)).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });
});

describe('packing images into fewer', () => {
  it.each([1, 3])('reduces an image of %i channel(s) to the mean of its blocks', (channels) => {
    const image = noise(1, channels);
    const small = reduced(image, 2);
    expect(small).toMatchObject({ size: 2, channels, count: 1 });
    expect(small.pixels).toHaveLength(4 * channels);
    const at = (y: number, x: number, c: number): number => image.pixels[(y * SIZE + x) * channels + c]!;
    for (let c = 0; c < channels; c++) {
      const block = (at(2, 0, c) + at(2, 1, c) + at(3, 0, c) + at(3, 1, c)) / 4;
      expect(small.pixels[2 * channels + c]).toBeCloseTo(block, 5);
    }
  });

  it('lays views out row by row: v stands in row v / 2, column v % 2', () => {
    const eight = imagesOf(Float32Array.from({ length: 8 * 16 }, (_, i) => Math.floor(i / 16)));
    const packed = pack(eight, 2);
    expect(packed).toMatchObject({ size: SIZE, channels: 1, count: 2 });
    const images = rowsOf(packed.pixels, SIZE);
    const [top, bottom] = [
      [0, 0, 1, 1],
      [2, 2, 3, 3],
    ];
    const expected = [top, top, bottom, bottom];
    expect(images.slice(0, 4)).toEqual(expected);
    expect(images.slice(4)).toEqual(expected.map((row) => row.map((x) => x + 4)));
  });

  it.each([1, 3])('gives every image of %i channel(s) back, half as sharp and in its place', (channels) => {
    const images = noise(8, channels);
    const views = viewsOf(pack(images, 2), 2);
    const expected = blurred(images, 2);
    expect(views).toMatchObject({ size: SIZE, channels, count: 8 });
    expect(views.pixels).toHaveLength(expected.pixels.length);
    views.pixels.forEach((value, i) => expect(value).toBeCloseTo(expected.pixels[i]!, 5));
  });

  it('changes nothing at a factor of 1, which is how plain selections are stored', () => {
    const images = noise(2, 1);
    expect(pack(images, 1)).toEqual(images);
    expect(viewsOf(images, 1)).toEqual(images);
  });

  it('enlarges rows and columns alike, so that no view lies on its side', () => {
    // An image whose top left cell is [[0, 1], [0, 1]]: a ramp from left to right.
    const image = new Float32Array(16);
    image.set([0, 1], 0);
    image.set([0, 1], 4);
    const view = imageAt(viewsOf(imagesOf(image), 2), 0);
    for (const row of rowsOf(view, 4)) [0, 0.25, 0.75, 1].forEach((value, x) => expect(row[x]).toBeCloseTo(value, 6));
  });
});

it.each([1, 3])(
  'splitViews: what a release shows as single images is what nets learned from, %i channels',
  (channels) => {
    const images = noise(3, channels);
    const [split, learned] = [splitViews(images, 2), viewsOf(images, 2)];
    expect(split).toMatchObject({ count: 12, size: SIZE, channels });
    split.pixels.forEach((value, i) => expect(value).toBeCloseTo(learned.pixels[i]!, 6));
    expect(splitViews(images, 1)).toBe(images);
  },
);
