/** Squared Euclidean distance of row `i` of `a` and row `j` of `b`. */
export function squaredDistance(a: Float32Array, i: number, b: Float32Array, j: number, width: number): number {
  let sum = 0;
  for (let d = 0; d < width; d++) sum += (a[i * width + d]! - b[j * width + d]!) ** 2;
  return sum;
}

/** Mean of the rows of `[n, width]`. */
export function meanRow(rows: Float32Array, width: number): Float32Array {
  const mean = new Float32Array(width);
  const count = rows.length / width;
  rows.forEach((value, i) => (mean[i % width]! += value / count));
  return mean;
}

/** Of the rows that are not chosen yet, the one with the smallest `cost`; the lower index wins a tie. */
export function cheapest(count: number, chosen: ReadonlySet<number>, cost: (row: number) => number): number {
  let [best, lowest] = [-1, Number.POSITIVE_INFINITY];
  for (let row = 0; row < count; row++) {
    const value = chosen.has(row) ? Number.POSITIVE_INFINITY : cost(row);
    if (value < lowest) [best, lowest] = [row, value];
  }
  return best;
}

/**
 * Rows that are far apart: after the first one, always the row whose distance to the nearest chosen one, times its worth, is
 * largest.
 * @param rows - `[n, width]`
 * @param first - the row to start with
 * @returns k rows, or all of them
 */
export function farthestFirst(
  rows: Float32Array,
  width: number,
  k: number,
  first: number,
  worth: (row: number) => number = () => 1,
): number[] {
  const count = rows.length / width;
  const chosen = new Set([first]);
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  let latest = first;
  while (chosen.size < Math.min(k, count)) {
    for (let row = 0; row < count; row++) {
      nearest[row] = Math.min(nearest[row]!, squaredDistance(rows, row, rows, latest, width));
    }
    latest = cheapest(count, chosen, (row) => -nearest[row]! * worth(row));
    chosen.add(latest);
  }
  return [...chosen];
}
