/** A middle and what it was the middle of. */
export interface BenchSpread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export const spreadOf = (values: readonly number[]): BenchSpread => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
};

/** Spread of the quotients of two runs that took turns: what slows both down at one time cancels. */
export const pairedRatio = (ours: readonly number[], theirs: readonly number[]): BenchSpread =>
  spreadOf(ours.map((value, i) => value / theirs[i]!));
