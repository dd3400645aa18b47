/**
 * Grey as others make it, so that a grey copy of an image is the same image: Rec. 601 on values as they are stored. Libvips weighs
 * light instead, and saturated colours become another grey.
 * @param rgb - three bytes a pixel
 * @see https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.convert, whose integers these are
 */
export const lumaOf = (rgb: Uint8Array): Uint8Array => {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) {
    grey[i] = (19595 * rgb[at]! + 38470 * rgb[at + 1]! + 7471 * rgb[at + 2]! + 32768) >> 16;
  }
  return grey;
};
