import type { ViewRecipe } from '../contracts/bank.ts';
import { type Geometry, turned } from '../data/warp.ts';
import { uniformAt } from './view-numbers.ts';

/** A square in a view, in pixels; it may reach over the border. */
export interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** One image in a view. */
export interface ViewedImage {
  /** Its place among the bank's images. */
  readonly image: number;
  readonly geometry: Geometry;
}

/** Another image laid over a view: with a weight, the view keeps the rest, or alone in a box. */
export type Layer = ViewedImage & ({ readonly weight: number } | { readonly box: Square });

/** What a view shows. */
export interface ViewParameters {
  readonly first: ViewedImage;
  /** What is laid over it, one after the other. */
  readonly layers: readonly Layer[];
}

/** What each number of a view is for: those of an image are counted from its start, those of a layer from the layer's. */
const OF_IMAGE = { flip: 0, degrees: 1, scale: 2, dx: 3, dy: 4 } as const;
const OF_LAYER = { image: 8, partner: 0, kind: 1, share: 2, left: 3, top: 4 } as const;
const SLOTS_OF_LAYER = 16;

/**
 * The parameters of a view. The first image goes round, so that a beginning of the bank shows every image as often as another.
 * @param images - that views are made of, and @param size - their side in pixels
 * @param view - its place in the bank
 */
export const viewParameters = (
  recipe: ViewRecipe,
  { images, size }: { readonly images: number; readonly size: number },
  view: number,
): ViewParameters => {
  const at = (slot: number): number => uniformAt(recipe.seed, view, slot);
  const either = (slot: number): number => 2 * at(slot) - 1;
  const shown = (image: number, start: number): ViewedImage => ({
    image,
    geometry: {
      mirror: recipe.flip && at(start + OF_IMAGE.flip) < 0.5 ? -1 : 1,
      ...turned(recipe.degrees * either(start + OF_IMAGE.degrees), 1 + recipe.scale * either(start + OF_IMAGE.scale)),
      dx: recipe.shift * size * either(start + OF_IMAGE.dx),
      dy: recipe.shift * size * either(start + OF_IMAGE.dy),
      // A contrast of its own would be lost when the view is standardised.
      gain: 1,
      lift: 0,
    },
  });
  const layer = (_: unknown, i: number): Layer => {
    const start = SLOTS_OF_LAYER * (i + 1);
    const image = shown(Math.floor(at(start + OF_LAYER.partner) * images), start + OF_LAYER.image);
    const share = at(start + OF_LAYER.share);
    if (at(start + OF_LAYER.kind) < 0.5) return { ...image, weight: share };
    // Halves go up, in every language.
    const side = Math.floor(size * Math.sqrt(share) + 0.5);
    const corner = (slot: number): number => Math.floor(at(start + slot) * size) - (side >> 1);
    return { ...image, box: { left: corner(OF_LAYER.left), top: corner(OF_LAYER.top), side } };
  };
  return { first: shown(view % images, 0), layers: Array.from({ length: recipe.layers }, layer) };
};
