import type { WeightedImages } from '../data/images.ts';
import { freshParameters, type Weights } from '../nets/weights.ts';
import { fitNet } from '../train/fit-net.ts';
import { netFor, type Training } from '../train/training.ts';
import { withHardLabels } from '../train/training-data.ts';

/**
 * Nets trained for a little while as the student is: their features already tell the classes apart but are not yet bent
 * to one training set.
 * @param training - `seed` is ignored: every net has its own fresh weights
 */
export const trainFeatureNets = async (
  training: Training,
  mined: WeightedImages,
  onStep: (done: number) => void,
): Promise<Weights[]> => {
  const { config, classes, labelled, checkpointer } = training;
  const { pretrainSteps, nets } = config.distill.matching;
  const hyperparameters = config.student;
  const set = withHardLabels(labelled, classes, hyperparameters.labelSmoothing);
  const extra = { ...withHardLabels(mined, classes, hyperparameters.labelSmoothing), weights: mined.weights };
  const net = netFor(config, classes);
  const jobs = pretrainSteps.flatMap((steps) => Array.from({ length: nets }, (_, index) => ({ steps, index })));
  const trained: Weights[] = [];
  let before = 0;
  for (const { steps, index } of jobs) {
    const stream = [config.seed, 'checkpoint', steps, index];
    const { weights } = await fitNet(net, {
      hyperparameters: { ...hyperparameters, steps },
      mixture: [
        { set, perBatch: hyperparameters.labelledPerBatch },
        { set: extra, perBatch: hyperparameters.minedPerBatch },
      ],
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
