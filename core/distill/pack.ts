import { reduced } from './views.ts';

/**
 * Packs faces into images: `factor`² of them, each reduced by `factor`, in a grid.
 * @param faces - `[images · factor², size, size, channels]` in [0, 1], an image's views one after the other
 * @returns `[images, size, size, channels]`
 * @see Kim et al., Dataset Condensation via Efficient Synthetic-Data Parameterization (ICML 2022)
 */
export const packed = (faces: Float32Array, size: number, channels: number, factor: number): Float32Array => {
  const views = factor ** 2;
  const count = faces.length / (size * size * channels);
  const cell = size / factor;
  const small = reduced(faces, count, size, channels, factor);
  const result = new Float32Array((count / views) * size * size * channels);
  const line = cell * channels;
  for (let face = 0; face < count; face++) {
    const [image, view] = [Math.floor(face / views), face % views];
    const [row, column] = [Math.floor(view / factor), view % factor];
    for (let y = 0; y < cell; y++) {
      const from = (face * cell + y) * line;
      const to = ((image * size + row * cell + y) * factor + column) * line;
      result.set(small.subarray(from, from + line), to);
    }
  }
  return result;
};
