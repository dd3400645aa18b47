import * as tf from '@tensorflow/tfjs-core';
import { standardised } from '../pool/standardise.ts';

/** Compares pictures with a fixed set of references by the cosine of their centred pixels. */
export interface DuplicateFinder {
  /**
   * @param pixels - n pictures of the references' size, 8 bit
   * @returns per picture the highest cosine to any reference, or 0 where there are none
   */
  nearest(pixels: Uint8Array): Float32Array;
  dispose(): void;
}

/** Rows of centred pixels at unit length; a constant picture becomes zeros and is like nothing. */
const unitRows = (pixels: Uint8Array, values: number): tf.Tensor2D =>
  tf.tidy(() => {
    const rows = tf.tensor2d(standardised(pixels, values), [pixels.length / values, values]);
    return tf.div(rows, tf.maximum(tf.norm(rows, 2, 1, true), 1e-6)) as tf.Tensor2D;
  });

/**
 * The very nearest pool images to a labelled one are often the same photograph, shifted or recompressed: they teach
 * nothing new and would make every class look well mined.
 * @param references - 8-bit pictures of `values` numbers each
 */
export const duplicateFinder = (references: Uint8Array, values: number): DuplicateFinder => {
  const known = references.length === 0 ? undefined : unitRows(references, values);
  return {
    nearest: (pixels) =>
      known === undefined
        ? new Float32Array(pixels.length / values)
        : (tf.tidy(() =>
            tf.max(tf.matMul(unitRows(pixels, values), known, false, true), 1).dataSync(),
          ) as Float32Array),
    dispose: () => known?.dispose(),
  };
};
