import type { Images } from '../../data/images.ts';
import type { Weights } from '../../nets/weights.ts';
import { STRONG_AUGMENTATION } from '../consistency.ts';
import { type Fitted, fitNet } from '../fit-net.ts';
import { labelledData, type Training } from '../training.ts';
import { withoutLabels } from '../training-data.ts';

/**
 * Goes on with a trained net by consistency: on images without labels it has to say of a strongly varied view what its own moving
 * average says of a nearly untouched one.
 * @param start - the student, or its control
 * @param unlabelled - images of the pool; the control takes the labelled ones for its pool
 * @param stream - names the random stream of the batches
 * @see Sohn et al., FixMatch (NeurIPS 2020)
 */
export const trainConsistent = (
  training: Training,
  start: Weights,
  unlabelled: Images,
  stream: readonly (string | number)[],
): Promise<Fitted> => {
  const { config, classes, seed, checkpointer, onStep } = training;
  const { labelledPerBatch, poolPerBatch, threshold, ...recipe } = config.student.consistency;
  const set = labelledData(training, config.student.labelSmoothing);
  return fitNet(start.net, {
    hyperparameters: { ...recipe, weightDecay: config.student.weightDecay, mixup: 0 },
    mixture: [
      { set, perBatch: labelledPerBatch },
      { set: withoutLabels(unlabelled, classes), perBatch: poolPerBatch, augmentation: STRONG_AUGMENTATION },
    ],
    parameters: start.parameters,
    recalibrateOn: set,
    teachLastFrom: threshold,
    stream: [config.seed, ...stream, seed],
    checkpointer,
    onStep,
  });
};
