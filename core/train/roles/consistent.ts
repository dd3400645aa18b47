import type { Images } from '../../data/images.ts';
import type { Weights } from '../../nets/weights.ts';
import { STRONG_AUGMENTATION } from '../consistency.ts';
import { type Fitted, fitNet } from '../fit-net.ts';
import { labelledData, type Training } from '../training.ts';
import { withoutLabels, withSoftLabels } from '../training-data.ts';

/**
 * Goes on with a trained net by consistency: of a strongly varied view of an image without a label it has to say what is said of the
 * image itself, by all students together, or by its own moving average wherever that is sure.
 * @param start - the student, or its control
 * @param unlabelled - images of the pool; the control takes the labelled ones for its pool
 * @param softLabels - what all students say of them, or all controls: `[n, classes]`; `undefined` lets the moving average say it
 * @param stream - names the random stream of the batches
 * @see Xie et al., Self-training with Noisy Student improves ImageNet classification (CVPR 2020)
 * @see Sohn et al., FixMatch (NeurIPS 2020)
 */
export const trainConsistent = (
  training: Training,
  start: Weights,
  unlabelled: Images,
  softLabels: Float32Array | undefined,
  stream: readonly (string | number)[],
): Promise<Fitted> => {
  const { config, classes, seed, checkpointer, onStep } = training;
  const { labelledPerBatch, poolPerBatch, teacher: _, threshold, ...recipe } = config.student.consistency;
  const set = labelledData(training, config.student.labelSmoothing);
  const pool =
    softLabels === undefined ? withoutLabels(unlabelled, classes) : withSoftLabels(unlabelled, classes, softLabels);
  return fitNet(start.net, {
    hyperparameters: { ...recipe, weightDecay: config.student.weightDecay, mixup: 0 },
    mixture: [
      { set, perBatch: labelledPerBatch },
      { set: pool, perBatch: poolPerBatch, augmentation: STRONG_AUGMENTATION },
    ],
    augmentation: config.augmentation,
    parameters: start.parameters,
    recalibrateOn: set,
    teachLastFrom: softLabels === undefined ? threshold : undefined,
    stream: [config.seed, ...stream, seed],
    checkpointer,
    onStep,
  });
};
