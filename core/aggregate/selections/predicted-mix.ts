import { inPredictedMix, type Select, take } from '../selection.ts';

/**
 * The best of all classes together, but drawn in the proportions that the miner predicts for the whole pool. What a miner is
 * surest of is mostly of its easiest classes: of clothes, 1,385 trousers and 5 shirts. A student of that mix does harm
 * although nearly all of its labels are right.
 */
export const select: Select = (candidates, { wanted, poolMix }) =>
  inPredictedMix([...take(candidates, wanted)], poolMix);
