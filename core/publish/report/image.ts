import { type Html, html } from './html.ts';

/** A square image as the page takes it. */
export interface PngImage {
  readonly png: Buffer;
  readonly size: number;
}

/**
 * An image as part of the page itself.
 * @param about - what it shows, for a screen reader and for a mouse that rests on it
 */
export const imageHtml = ({ png, size }: PngImage, about: string): Html => {
  const data = png.toString('base64');
  return html`<img src="data:image/png;base64,${data}" width="${size}" height="${size}" alt="${about}" title="${about}">`;
};

/**
 * The most images of a group that may be shown so that all groups together stay within a budget.
 * @param budget - bytes of decoded pixels, about what their base64 takes
 * @param imageBytes - decoded bytes of one image
 * @param groups - images that each group has
 * @param most - never more than this of one group; never fewer than one
 */
export const affordable = (budget: number, imageBytes: number, groups: readonly number[], most: number): number => {
  for (let each = most; each > 1; each--) {
    const images = groups.reduce((sum, available) => sum + Math.min(available, each), 0);
    if (images * imageBytes <= budget) return each;
  }
  return 1;
};
