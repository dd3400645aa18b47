import { type Images, imageAt } from '../data/images.ts';
import { standardised } from '../data/standardise.ts';
import { AREA, SIDE } from './grey.ts';

const CELLS = 6;
const CELL = SIDE / CELLS;
const DIRECTIONS = 8;
/** Numbers that describe an image: how much lightness changes, by cell and direction. */
export const GRADIENTS = CELLS * CELLS * DIRECTIONS;

/** Keeps a nearly empty image from being stretched to full length. */
const LENGTH_FLOOR = 0.1;

/**
 * Histograms of oriented gradients: 6 by 6 cells, 8 directions over the full circle; each pixel is shared among the
 * cells around it and among the two directions beside its own. Then roots, after the whole has been brought to unit length.
 * @param images - grey, 48 by 48
 * @returns `[count, 288]`
 * @see Dalal and Triggs, Histograms of Oriented Gradients for Human Detection (CVPR 2005)
 */
export const gradientHistograms = (images: Images): Float32Array => {
  const result = new Float32Array(images.count * GRADIENTS);
  for (let i = 0; i < images.count; i++) {
    const histogram = result.subarray(i * GRADIENTS, (i + 1) * GRADIENTS);
    gather(standardised(imageAt(images, i), AREA), histogram);
    let squares = 0;
    for (const value of histogram) squares += value * value;
    const scale = 1 / (Math.sqrt(squares) + LENGTH_FLOOR);
    for (let k = 0; k < GRADIENTS; k++) histogram[k] = Math.sqrt(histogram[k]! * scale);
  }
  return result;
};

/** Of a place along a side: the cell whose centre comes before it, or the first one, and the share of the next cell. */
const PLACES = Array.from({ length: SIDE }, (_, at) => {
  const position = Math.min(Math.max((at + 0.5) / CELL - 0.5, 0), CELLS - 1);
  const cell = Math.min(Math.floor(position), CELLS - 2);
  return { cell, share: position - cell };
});

function gather(image: Float32Array, histogram: Float32Array): void {
  const [right, below] = [DIRECTIONS, CELLS * DIRECTIONS];
  for (let y = 1; y < SIDE - 1; y++) {
    const row = PLACES[y]!;
    for (let x = 1; x < SIDE - 1; x++) {
      const at = y * SIDE + x;
      const [dx, dy] = [image[at + 1]! - image[at - 1]!, image[at + SIDE]! - image[at - SIDE]!];
      const [width, height] = [Math.abs(dx), Math.abs(dy)];
      // A vector is the sum of one along an axis and one along a diagonal: no angle has to be computed.
      const along = Math.abs(width - height);
      const across = Math.SQRT2 * Math.min(width, height);
      const axis = width >= height ? (dx >= 0 ? 0 : 4) : dy >= 0 ? 2 : 6;
      const diagonal = dx >= 0 ? (dy >= 0 ? 1 : 7) : dy >= 0 ? 3 : 5;
      const column = PLACES[x]!;
      const cell = (row.cell * CELLS + column.cell) * DIRECTIONS;
      const [south, east] = [row.share, column.share];
      const shares = (1 - south) * (1 - east);
      histogram[cell + axis]! += shares * along;
      histogram[cell + diagonal]! += shares * across;
      histogram[cell + right + axis]! += (1 - south) * east * along;
      histogram[cell + right + diagonal]! += (1 - south) * east * across;
      histogram[cell + below + axis]! += south * (1 - east) * along;
      histogram[cell + below + diagonal]! += south * (1 - east) * across;
      histogram[cell + below + right + axis]! += south * east * along;
      histogram[cell + below + right + diagonal]! += south * east * across;
    }
  }
}
