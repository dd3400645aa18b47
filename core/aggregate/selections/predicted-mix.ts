import { type Select, take } from '../selection.ts';

/** A few images that stand for a whole class would be learned by heart: none is drawn more often than this. */
const MOST = 10;

/**
 * The best of all classes together, but drawn in the proportions that the miner predicts for the whole pool. What a miner is
 * surest of is mostly of its easiest classes: of clothes, 1,385 trousers and 5 shirts. A student of that mix does harm
 * although nearly all of its labels are right.
 */
export const select: Select = (candidates, { wanted, poolMix }) => {
  const chosen = [...take(candidates, wanted)];
  const mined = poolMix.map((_, label) => chosen.filter((one) => one.label === label).length / chosen.length);
  const weights = chosen.map(({ label }) => Math.min(MOST, poolMix[label]! / mined[label]!));
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return chosen.map((candidate, i) => ({ candidate, weight: weights[i]! / mean }));
};
