import type { Random } from '../tensor/random.ts';

const squaredDistance = (a: Float32Array, i: number, b: Float32Array, j: number, width: number): number => {
  let sum = 0;
  for (let d = 0; d < width; d++) sum += (a[i * width + d]! - b[j * width + d]!) ** 2;
  return sum;
};

const meanRow = (rows: Float32Array, width: number): Float32Array => {
  const mean = new Float32Array(width);
  const count = rows.length / width;
  rows.forEach((value, i) => (mean[i % width]! += value / count));
  return mean;
};

/** Rows that are not chosen yet, and the one of them with the smallest `cost`; the lower index wins a tie. */
const cheapest = (count: number, chosen: ReadonlySet<number>, cost: (row: number) => number): number => {
  let [best, lowest] = [-1, Number.POSITIVE_INFINITY];
  for (let row = 0; row < count; row++) {
    const value = chosen.has(row) ? Number.POSITIVE_INFINITY : cost(row);
    if (value < lowest) [best, lowest] = [row, value];
  }
  return best;
};

/** k rows at random. */
export const selectRandom = (count: number, k: number, draw: Random): number[] => [
  ...draw.permutation(count).slice(0, k),
];

/**
 * Herding: each next row brings the mean of the chosen ones as near as possible to the mean of all.
 * @param embeddings - `[n, width]`
 * @see Welling, Herding Dynamical Weights to Learn (ICML 2009)
 */
export const selectHerding = (embeddings: Float32Array, width: number, k: number): number[] => {
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
};

/**
 * k-center: starts nearest to the mean, then always takes the row that is farthest from all chosen ones.
 * @param embeddings - `[n, width]`
 * @see Sener and Savarese, A Core-Set Approach (ICLR 2018)
 */
export const selectKCenter = (embeddings: Float32Array, width: number, k: number): number[] => {
  const count = embeddings.length / width;
  const mean = meanRow(embeddings, width);
  const chosen = new Set<number>([
    cheapest(count, new Set(), (row) => squaredDistance(embeddings, row, mean, 0, width)),
  ]);
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  let latest = [...chosen][0]!;
  while (chosen.size < Math.min(k, count)) {
    for (let row = 0; row < count; row++) {
      nearest[row] = Math.min(nearest[row]!, squaredDistance(embeddings, row, embeddings, latest, width));
    }
    latest = cheapest(count, chosen, (row) => -nearest[row]!);
    chosen.add(latest);
  }
  return [...chosen];
};
