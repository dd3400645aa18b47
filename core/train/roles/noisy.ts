import { netOfRole } from '../../contracts/roles.ts';
import type { Images } from '../../data/images.ts';
import { netFor } from '../../nets/net-for.ts';
import type { Weights } from '../../nets/weights.ts';
import { type Fitted, fitNet } from '../fit-net.ts';
import { freshFor, labelledData, type Training } from '../training.ts';
import { withoutLabels } from '../training-data.ts';

/**
 * A noisy student: a fresh net that learns what the teachers say of varied and mixed images, labelled and unlabelled alike. The true
 * labels are in what the teachers know; no pseudo-label is chosen, so that no class is left out for being hard.
 * @param teachers - of all seeds; of the control those that have seen no pool
 * @param unlabelled - images of the pool; the control takes the labelled ones for its pool
 * @param stream - names the random stream of the batches
 * @see Xie et al., Self-training with Noisy Student (CVPR 2020)
 */
export const trainNoisy = (
  training: Training,
  teachers: readonly Weights[],
  unlabelled: Images,
  stream: readonly (string | number)[],
): Promise<Fitted> => {
  const { config, classes, seed, checkpointer, onStep } = training;
  const { weightDecay, ema, labelSmoothing, noisy } = config.student;
  const { labelledPerBatch, poolPerBatch, ...recipe } = noisy;
  const set = labelledData(training, labelSmoothing);
  const net = netFor(config, classes, netOfRole(config, 'noisy'));
  return fitNet(net, {
    hyperparameters: { ...recipe, weightDecay, ema },
    mixture: [
      { set, perBatch: labelledPerBatch },
      { set: withoutLabels(unlabelled, classes), perBatch: poolPerBatch },
    ],
    augmentation: config.augmentation,
    parameters: freshFor(training, net),
    recalibrateOn: set,
    teachers,
    stream: [config.seed, ...stream, seed],
    checkpointer,
    onStep,
  });
};
