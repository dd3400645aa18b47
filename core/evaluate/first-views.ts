import type { Images } from '../data/images.ts';
import type { MadeData } from '../train/training-data.ts';

/** Views that batch-norm statistics are taken from, where a net learned from views. */
const VIEWS_MEASURED = 512;

/** What a net learned from, as images: plain ones alone say little of how its layers were driven. */
export function firstViews({ size, channels, count, make }: MadeData): Images<Float32Array> {
  const views = Math.min(VIEWS_MEASURED, count);
  const values = size * size * channels;
  const pixels = new Float32Array(views * values);
  for (let view = 0; view < views; view++) pixels.set(make(view), view * values);
  return { size, channels, count: views, pixels };
}
