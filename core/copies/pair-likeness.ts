import { alignerOf } from './align.ts';
import { detailOf } from './detail.ts';
import { VIEWS } from './sketches.ts';
import { mirrored } from './thumbnails.ts';

/**
 * How well two images fit when one is laid on the other, begun where their sketches were most alike.
 * @param seen - thumbnail of the image whose view it is
 * @param known - thumbnail of the other one
 * @param view - place in `VIEWS`
 * @returns correlation where the two fit best, in [-1, 1]
 */
export const pairLikeness = (seen: Uint8Array, known: Uint8Array, view: number): number => {
  const { mirror, offset } = VIEWS[view]!;
  const align = alignerOf(detailOf(mirror ? mirrored(seen) : seen));
  return align(detailOf(known), [-offset[0], -offset[1]]);
};
