import { describe, expect, it } from 'vitest';
import {
  blankImages,
  concatImages,
  imageAt,
  type LabelledImages,
  selectImages,
  selectLabelled,
  sliceImages,
  toBytes,
  toFloats,
} from '../../../core/data/images.ts';

/** Three 2 × 2 images: 0 1 2 3, 4 5 6 7, 8 9 10 11. */
const three: LabelledImages = {
  size: 2,
  channels: 1,
  count: 3,
  pixels: Uint8Array.from({ length: 12 }, (_, i) => i),
  labels: Int32Array.of(0, 1, 2),
};

describe('images in one block', () => {
  it('gives each image its own pixels, as windows that cost no memory', () => {
    expect([...imageAt(three, 1)]).toEqual([4, 5, 6, 7]);
    expect(imageAt(three, 1).buffer).toBe(three.pixels.buffer);
    expect(sliceImages(three, 1, 2)).toMatchObject({ count: 2, pixels: three.pixels.subarray(4) });
  });

  it('selects in the order asked for, with labels, and leaves the original alone', () => {
    const chosen = selectLabelled(three, [2, 0]);
    expect([...chosen.pixels]).toEqual([8, 9, 10, 11, 0, 1, 2, 3]);
    expect([...chosen.labels]).toEqual([2, 0]);
    chosen.pixels.fill(255);
    expect(three.pixels[8]).toBe(8);
    expect(selectImages(three, []).count).toBe(0);
  });

  it('puts sets together, and refuses those of another shape or kind', () => {
    expect([...concatImages([sliceImages(three, 2, 1), sliceImages(three, 0, 1)]).pixels]).toEqual([
      8, 9, 10, 11, 0, 1, 2, 3,
    ]);
    expect(() => concatImages([three, blankImages({ size: 4, channels: 1 }, 1)])).toThrow('4 × 4 × 1');
    expect(() => concatImages([three, toFloats(three)] as LabelledImages[])).toThrow(RangeError);
    expect(() => concatImages([])).toThrow(RangeError);
  });

  it('brings every level through floats and back, and clips what lies outside', () => {
    const levels = { size: 16, channels: 1, count: 1, pixels: Uint8Array.from({ length: 256 }, (_, i) => i) };
    expect(toBytes(toFloats(levels)).pixels).toEqual(levels.pixels);
    expect([...toBytes({ size: 1, channels: 1, count: 3, pixels: Float32Array.of(-1, 0.5, 2) }).pixels]).toEqual([
      0, 128, 255,
    ]);
  });
});
