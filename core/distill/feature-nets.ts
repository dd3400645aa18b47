import type { WeightedImages } from '../data/images.ts';
import { netFor } from '../nets/net-for.ts';
import { freshParameters, type Weights } from '../nets/weights.ts';
import { fitNet } from '../train/fit-net.ts';
import type { Training } from '../train/training.ts';
import { withHardLabels, withPseudoLabels } from '../train/training-data.ts';

/**
 * Nets trained for a little while as the student is: their features already tell the classes apart but are not yet bent
 * to one training set.
 * @param training - every seed has its own fresh weights, and so has every number of steps
 * @param onStep - called after every step of all the nets, which counts from 1
 * @returns a net for each of `distill.matching.pretrainSteps`
 */
export const trainFeatureNets = async (
  training: Training,
  mined: WeightedImages,
  onStep: (done: number) => void,
): Promise<Weights[]> => {
  const { config, classes, labelled, seed, checkpointer } = training;
  const hyperparameters = config.student;
  const set = withHardLabels(labelled, classes, hyperparameters.labelSmoothing);
  const extra = withPseudoLabels(mined, classes, hyperparameters);
  const net = netFor(config, classes);
  const trained: Weights[] = [];
  let before = 0;
  for (const steps of config.distill.matching.pretrainSteps) {
    const stream = [config.seed, 'checkpoint', steps, seed];
    const { weights } = await fitNet(net, {
      hyperparameters: { ...hyperparameters, steps },
      mixture: [
        { set, perBatch: hyperparameters.labelledPerBatch },
        { set: extra, perBatch: hyperparameters.minedPerBatch },
      ],
      augmentation: config.augmentation,
      parameters: freshParameters(net, stream),
      recalibrateOn: set,
      stream,
      checkpointer,
      onStep: (step) => onStep(before + step),
    });
    before += steps;
    trained.push(weights);
  }
  return trained;
};
