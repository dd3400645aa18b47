import { assembleEmbedded, type Distil } from '../method.ts';
import { cheapest, meanRow, squaredDistance } from '../select.ts';

/** Mined images whose mean embedding is near the class's. */
export const distil: Distil = (task) => assembleEmbedded(task, selectHerding);

/**
 * Herding: each next row brings the mean of the chosen ones as near as possible to the mean of all.
 * @param embeddings - `[n, width]`
 * @returns k rows, or all of them
 * @see Welling, Herding Dynamical Weights to Learn (ICML 2009)
 */
export function selectHerding(embeddings: Float32Array, width: number, k: number): number[] {
  const count = embeddings.length / width;
  const mean = meanRow(embeddings, width);
  const sum = new Float32Array(width);
  const chosen = new Set<number>();
  while (chosen.size < Math.min(k, count)) {
    const n = chosen.size + 1;
    const target = mean.map((value, d) => n * value - sum[d]!);
    const row = cheapest(count, chosen, (row) => squaredDistance(embeddings, row, target, 0, width));
    chosen.add(row);
    for (let d = 0; d < width; d++) sum[d]! += embeddings[row * width + d]!;
  }
  return [...chosen];
}
