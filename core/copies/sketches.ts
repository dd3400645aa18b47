import { imageAt } from '../data/images.ts';
import { random } from '../tensor/random.ts';
import { detailOf } from './detail.ts';
import { commonImpression, type Grid, numbersOf, roughImpression } from './impressions.ts';
import { mirrored, type Thumbnails } from './thumbnails.ts';
import { whitening } from './whitening.ts';

/** Coarser than what the finder looks at, so that a shifted image still gives nearly the same bits. */
const GRID: Grid = { step: 3, across: 7, reach: 4 };
/** Bits of a sketch. */
export const SKETCH_BITS = 256;
/** Words of 32 bits. */
export const SKETCH_WORDS = SKETCH_BITS / 32;

/** Where sketches are taken, in pixels of a thumbnail. */
const AWAY = 0.625;
const OFFSETS = [
  [0, 0],
  [-AWAY, -AWAY],
  [AWAY, -AWAY],
  [-AWAY, AWAY],
  [AWAY, AWAY],
] as const;

/** How an image is looked at: as it is or mirrored, a little apart. The first is the image as it is. */
export const VIEWS = [false, true].flatMap((mirror) => OFFSETS.map((offset) => ({ mirror, offset })));

/** Words of all sketches of an image. */
export const SKETCHES_WORDS = VIEWS.length * SKETCH_WORDS;

/** Images in a few bits each: in two of the same photograph most bits are equal, in two others about half of them. */
export interface Sketches {
  readonly count: number;
  /** `[count, views, words]` */
  readonly words: Int32Array;
}

/**
 * Makes sketches of images: on which side of planes through the middle of all images their impressions lie.
 * @param known - images of the task, which tell what all have in common
 * @see Charikar, Similarity Estimation Techniques from Rounding Algorithms (STOC 2002)
 */
export const sketcherOf = (known: Thumbnails): ((images: Thumbnails) => Sketches) => {
  const rough = Array.from({ length: known.count }, (_, i) => both(imageAt(known, i))).flatMap((sides) =>
    sides.map((side) => roughImpression(side, [0, 0], GRID)),
  );
  const common = commonImpression(rough, GRID);
  const centred = (impression: Float32Array): Float32Array => impression.map((value, i) => value - common[i]!);
  const whiten = whitening(rough.map(centred));
  const planes = planesOf(numbersOf(GRID));

  return (images) => {
    const words = new Int32Array(images.count * VIEWS.length * SKETCH_WORDS);
    for (let i = 0, at = 0; i < images.count; i++) {
      const [upright, mirror] = both(imageAt(images, i));
      for (const view of VIEWS) {
        const side = view.mirror ? mirror : upright;
        const own = whiten(centred(roughImpression(side, view.offset, GRID)));
        writeSides(own, planes, words, at);
        at += SKETCH_WORDS;
      }
    }
    return { count: images.count, words };
  };
};

/** `[bits, width]`, the same in every run. */
function planesOf(width: number): Float64Array {
  const draw = random('copies', 'planes');
  return Float64Array.from({ length: SKETCH_BITS * width }, () => Math.fround(draw.normal()));
}

/** Sets the bits of the planes that a point is above of; four sums at once, since each has to wait for its own last term. */
function writeSides(point: Float32Array, planes: Float64Array, words: Int32Array, at: number): void {
  const width = point.length;
  for (let bit = 0; bit < SKETCH_BITS; bit += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let k = 0, p = bit * width; k < width; k++, p++) {
      const value = point[k]!;
      a += value * planes[p]!;
      b += value * planes[p + width]!;
      c += value * planes[p + 2 * width]!;
      d += value * planes[p + 3 * width]!;
    }
    const four = Number(a > 0) | (Number(b > 0) << 1) | (Number(c > 0) << 2) | (Number(d > 0) << 3);
    words[at + (bit >> 5)]! |= four << (bit & 31);
  }
}

function both(thumbnail: Uint8Array): readonly [Float32Array, Float32Array] {
  return [detailOf(thumbnail), detailOf(mirrored(thumbnail))];
}
