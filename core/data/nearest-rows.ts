import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { readValues } from '../tensor/flat.ts';
import type { Rows } from './image-rows.ts';

/** For each of some rows the nearest of some others. */
export interface Neighbours {
  readonly rows: Int32Array;
  /** 1 - cosine, in [0, 2]. */
  readonly distances: Float32Array;
}

/** Rows in one product: what bounds the memory. */
const QUERIES = 256;
const REFERENCES = 1024;

/**
 * The nearest of all references, each of which is compared: nothing is approximate.
 * @param variants - the rows that are asked about in one or more forms, of which the nearest counts
 * @param own - the reference that each row is itself, which does not count
 */
export const nearestRows = async (
  variants: readonly [Rows, ...Rows[]],
  references: Rows,
  own?: ArrayLike<number>,
): Promise<Neighbours> => {
  const { count } = variants[0];
  const rows = new Int32Array(count).fill(-1);
  const cosines = new Float32Array(count).fill(-1);
  for (let start = 0; start < count; start += QUERIES) {
    const queries = Math.min(QUERIES, count - start);
    // Upright, because the wasm backend has no fast product with a transposed matrix.
    const upright = tf.tidy(() =>
      tf.transpose(
        tf.concat(variants.map((form) => tf.tensor2d(form.read(start, queries), [queries, form.width]))) as tf.Tensor2D,
      ),
    );
    try {
      for (let first = 0; first < references.count; first += REFERENCES) {
        const n = Math.min(REFERENCES, references.count - first);
        const block = references.read(first, n);
        const products = readValues(() => tf.matMul(tf.tensor2d(block, [n, references.width]), upright));
        for (const [at, cosine] of products.entries()) {
          const query = start + (at % queries);
          const reference = first + Math.floor(at / (queries * variants.length));
          if (cosine <= cosines[query]! || own?.[query] === reference) continue;
          cosines[query] = cosine;
          rows[query] = reference;
        }
      }
    } finally {
      upright.dispose();
    }
    // Lets signals be heard.
    await setImmediate();
  }
  return { rows, distances: cosines.map((cosine) => Math.max(0, 1 - cosine)) };
};
