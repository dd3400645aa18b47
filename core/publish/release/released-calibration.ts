import { predictionsFile } from '../../artifacts/predictions.ts';
import type { ArmName } from '../../contracts/arms.ts';
import { LEAST_IMAGES } from '../../contracts/evaluation.ts';
import type { ClassifierCard } from '../../nets/classifier.ts';
import { LEAST_PROBABILITY } from '../../nets/classify.ts';
import { probabilities } from '../../nets/logits.ts';
import { expectedCalibrationError, reliabilityBins } from '../../statistics/reliability.ts';
import type { Store } from '../../store/store.ts';

/** Expected calibration errors by benchmark; without those of too few images. */
export type CalibrationErrors = Readonly<Record<string, number>>;

/**
 * How far an arm's probabilities are off once the released temperature is in force: what a run measures of its arms is
 * without one.
 */
export const releasedCalibration = async (
  store: Store,
  arm: ArmName,
  { runId, temperature }: Pick<ClassifierCard, 'runId' | 'temperature'>,
): Promise<CalibrationErrors> => {
  const errors: Record<string, number> = {};
  for (const [benchmark, said] of (await predictionsFile(runId, arm).find(store)) ?? []) {
    if (said.images < LEAST_IMAGES) continue;
    const logits = said.probabilities.map((p) => Math.log(Math.max(p, LEAST_PROBABILITY)));
    const scaled = probabilities(logits, said.classes, temperature);
    errors[benchmark] = expectedCalibrationError(reliabilityBins(scaled, said.labels, said.classes));
  }
  return errors;
};
