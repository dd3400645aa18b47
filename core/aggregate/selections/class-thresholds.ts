import { inPredictedMix, type Select, take } from '../selection.ts';

/**
 * Of each class what lies above its own threshold, so that no class is expected to be wrong more often than another; drawn in the
 * proportions that the miner predicts for the whole pool, since thresholds make the mix of the easiest classes still more one-sided.
 * @see Zhang et al., FlexMatch (NeurIPS 2021), for thresholds by class in training
 */
export const select: Select = (candidates, { wanted, poolMix, cuts }) => {
  const above = [...candidates].filter(({ label, score }) => score >= cuts[label]!);
  return inPredictedMix([...take(above, wanted)], poolMix);
};
