import { assembleEmbedded, type Distil } from '../method.ts';
import { cheapest, farthestFirst, meanRow, squaredDistance } from '../select.ts';

/** Mined images that cover their class: none is far from a chosen one. */
export const distil: Distil = (task) => assembleEmbedded(task, selectKCenter);

/**
 * k-center: starts nearest to the mean, then always takes the row that is farthest from all chosen ones.
 * @param embeddings - `[n, width]`
 * @returns k rows, or all of them
 * @see Sener and Savarese, A Core-Set Approach (ICLR 2018)
 */
export function selectKCenter(embeddings: Float32Array, width: number, k: number): number[] {
  const count = embeddings.length / width;
  const mean = meanRow(embeddings, width);
  const first = cheapest(count, new Set(), (row) => squaredDistance(embeddings, row, mean, 0, width));
  return farthestFirst(embeddings, width, k, first);
}
