import { describe, expect, it } from 'vitest';
import { alignerOf } from '../../../core/copies/align.ts';
import { THUMBNAIL, THUMBNAIL_AREA } from '../../../core/copies/thumbnails.ts';

/** Hills that know nothing of pixels, seen from elsewhere and from nearer by. */
const hills = (dx = 0, dy = 0, growth = 1): Float32Array =>
  Float32Array.from({ length: THUMBNAIL_AREA }, (_, at) => {
    const middle = (THUMBNAIL - 1) / 2;
    const x = middle + ((at % THUMBNAIL) - middle) / growth - dx;
    const y = middle + (Math.floor(at / THUMBNAIL) - middle) / growth - dy;
    return Math.sin(0.7 * x) + Math.cos(0.5 * y + 0.3 * x) + Math.sin(0.4 * (x - y));
  });

describe('Function: alignerOf', () => {
  const align = alignerOf(hills());

  it('gives an image and itself 1, whatever their light', () => {
    expect(align(hills(), [0, 0])).toBeCloseTo(1, 6);
    expect(
      align(
        hills().map((value) => 3 * value + 7),
        [0, 0],
      ),
    ).toBeCloseTo(1, 6);
  });

  it.each([
    ['shifted', hills(0.8, -0.6)],
    ['larger', hills(0, 0, 1.06)],
    ['smaller and shifted', hills(-0.5, 0.7, 0.95)],
  ])('lays an image on its copy that is %s', (_, other) => {
    expect(align(other, [0, 0])).toBeGreaterThan(0.995);
  });

  it('begins where it is told to, since a step from afar leads astray', () => {
    expect(align(hills(2, 2), [2, 2])).toBeGreaterThan(0.995);
  });

  it('knows no likeness of what shows nothing', () => {
    expect(align(new Float32Array(THUMBNAIL_AREA).fill(5), [0, 0])).toBe(0);
    expect(alignerOf(new Float32Array(THUMBNAIL_AREA))(hills(), [0, 0])).toBe(0);
  });
});
