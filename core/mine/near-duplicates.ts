import * as tf from '@tensorflow/tfjs-core';
import type { Images } from '../data/images.ts';
import { type CoarseDescriptors, coarseDescriptorsOf } from './coarse-descriptors.ts';

/** Compares images with a fixed set of references by the cosine of their centred pixels. */
export interface DuplicateFinder {
  /**
   * @param images - of the references' shape
   * @returns per image the highest cosine to any reference where it reaches the threshold, else 0
   */
  nearest(images: Images<Uint8Array>): Float32Array;
  dispose(): void;
}

/** What rounding to float32 may take from a bound. */
const SLACK = 1e-3;

/**
 * The very nearest pool images to a labelled one are often the same photograph, shifted or recompressed: they teach
 * nothing new and would make every class look well mined.
 * Nearly all pairs are far apart, which their coarse descriptors tell at a sixteenth of the work; only the others are
 * compared in full.
 * @param references - images that the others are compared with
 * @param threshold - lowest cosine to tell of, in (0, 1]
 */
export const duplicateFinder = (references: Images<Uint8Array>, threshold: number): DuplicateFinder => {
  const known = coarseDescriptorsOf(references);
  // Upright, because the wasm backend has no fast product with a transposed matrix.
  const upright = tf.tidy(() => tf.transpose(tf.tensor2d(known.descriptors, [known.count, known.width])));

  /** Per image a bound that its cosines to all references keep. */
  const bounds = (pool: CoarseDescriptors): Float32Array =>
    tf.tidy(() =>
      tf.max(tf.matMul(tf.tensor2d(pool.descriptors, [pool.count, pool.width]), upright), 1).dataSync(),
    ) as Float32Array;

  return {
    nearest(images) {
      const pool = coarseDescriptorsOf(images);
      if (known.count === 0 || pool.count === 0) return new Float32Array(pool.count);
      return bounds(pool).map((bound, i) => (bound < threshold - SLACK ? 0 : highest(pool, i, known, threshold)));
    },
    dispose: () => upright.dispose(),
  };
};

function highest(pool: CoarseDescriptors, i: number, known: CoarseDescriptors, threshold: number): number {
  const descriptor = pool.descriptor(i);
  let best = 0;
  for (let j = 0; j < known.count; j++) {
    if (dot(descriptor, known.descriptor(j)) >= threshold - SLACK) best = Math.max(best, cosine(pool, i, known, j));
  }
  return best >= threshold ? best : 0;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Cosine of image i of `a` to image j of `b`, exact but for the rounding of doubles. */
function cosine(a: CoarseDescriptors, i: number, b: CoarseDescriptors, j: number): number {
  const [x, y] = [a.image(i), b.image(j)];
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k]! * y[k]!;
  const lengths = a.lengths[i]! * b.lengths[j]!;
  return lengths === 0 ? 0 : (sum - x.length * a.means[i]! * b.means[j]!) / lengths;
}
