import type { Images } from '../../data/images.ts';
import { GRADIENTS, gradientHistograms } from '../../gate/gradients.ts';

/** Vectors of one length, side by side. */
export interface Rows {
  readonly width: number;
  readonly values: Float32Array;
}

/** What the gate sees of grey images of 48 by 48. */
export const rowsOf = (images: Images): Rows => ({ width: GRADIENTS, values: gradientHistograms(images) });

export const countOf = ({ width, values }: Rows): number => values.length / width;

/** A copy of the rows at `chosen`, in that order. */
export const selectRows = ({ width, values }: Rows, chosen: readonly number[]): Rows => {
  const result = new Float32Array(chosen.length * width);
  chosen.forEach((row, i) => result.set(values.subarray(row * width, (row + 1) * width), i * width));
  return { width, values: result };
};

/** All rows in one block. */
export const joined = (parts: readonly Rows[]): Rows => {
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  return { width: parts[0]!.width, values };
};
