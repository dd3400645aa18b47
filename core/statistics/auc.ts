/** A score, and how much it counts. */
export interface Scored {
  readonly score: number;
  readonly weight: number;
}

/**
 * Area under the ROC curve: the probability that a positive scores higher than a negative, both drawn by weight; equal
 * scores count half.
 */
export const aucOf = (positives: readonly Scored[], negatives: readonly Scored[]): number => {
  const all = [
    ...positives.map((one) => ({ ...one, positive: true })),
    ...negatives.map((one) => ({ ...one, positive: false })),
  ].sort((a, b) => a.score - b.score);
  let [below, won] = [0, 0];
  for (let start = 0; start < all.length; ) {
    let [end, tiedNegatives, tiedPositives] = [start, 0, 0];
    for (; end < all.length && all[end]!.score === all[start]!.score; end++) {
      if (all[end]!.positive) tiedPositives += all[end]!.weight;
      else tiedNegatives += all[end]!.weight;
    }
    won += tiedPositives * (below + tiedNegatives / 2);
    below += tiedNegatives;
    start = end;
  }
  return won / (weightOf(positives) * weightOf(negatives));
};

/**
 * 95 % interval of an area, by the normal approximation; numbers of images are those that weights leave (Kish).
 * @see Hanley and McNeil, The Meaning and Use of the Area under a ROC Curve (Radiology 1982)
 */
export const aucInterval = (
  auc: number,
  positives: readonly Scored[],
  negatives: readonly Scored[],
): { readonly low: number; readonly high: number } => {
  const [n, m] = [effective(positives), effective(negatives)];
  // An area of 0 or 1 would have no width: it counts as half a pair off.
  const a = Math.min(Math.max(auc, 0.5 / (n * m)), 1 - 0.5 / (n * m));
  const variance =
    (a * (1 - a) + (n - 1) * (a / (2 - a) - a * a) + (m - 1) * ((2 * a * a) / (1 + a) - a * a)) / (n * m);
  const reach = 1.96 * Math.sqrt(variance);
  return { low: Math.max(0, auc - reach), high: Math.min(1, auc + reach) };
};

function weightOf(scored: readonly Scored[]): number {
  return scored.reduce((sum, { weight }) => sum + weight, 0);
}

function effective(scored: readonly Scored[]): number {
  return weightOf(scored) ** 2 / scored.reduce((sum, { weight }) => sum + weight * weight, 0);
}
