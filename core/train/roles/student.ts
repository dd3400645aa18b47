import { netOfRole } from '../../contracts/roles.ts';
import type { WeightedImages } from '../../data/images.ts';
import { DataError } from '../../errors.ts';
import { netFor } from '../../nets/net-for.ts';
import { type Fitted, fitNet } from '../fit-net.ts';
import { freshFor, labelledData, type Training } from '../training.ts';
import { withPseudoLabels } from '../training-data.ts';

/**
 * The student: labelled and mined images in fixed parts of every batch.
 * @param start - parameters of the net that it goes on from. @default fresh ones
 */
export const trainStudent = async (
  training: Training,
  mined: WeightedImages,
  round: number,
  start?: Float32Array,
): Promise<Fitted> => {
  const { config, classes, seed, checkpointer, onStep } = training;
  if (mined.count === 0) throw new DataError('The mined set is empty: there is nothing to train a student on.');
  const { labelSmoothing, labelledPerBatch, minedPerBatch } = config.student;
  const set = labelledData(training, labelSmoothing);
  const extra = withPseudoLabels(mined, classes, config.student);
  const net = netFor(config, classes, netOfRole(config, 'student'));
  return fitNet(net, {
    hyperparameters: config.student,
    mixture: [
      { set, perBatch: labelledPerBatch },
      { set: extra, perBatch: minedPerBatch },
    ],
    augmentation: config.augmentation,
    parameters: start ?? freshFor(training, net),
    recalibrateOn: set,
    stream: [config.seed, 'student', round, seed],
    checkpointer,
    onStep,
  });
};

/** The student's control: its start, hyperparameters, steps and batch size on the labelled set alone. */
export const trainControl = (training: Training, start?: Float32Array): Promise<Fitted> => {
  const { config, classes, seed, checkpointer, onStep } = training;
  const { labelSmoothing, labelledPerBatch, minedPerBatch } = config.student;
  const set = labelledData(training, labelSmoothing);
  const net = netFor(config, classes, netOfRole(config, 'control'));
  return fitNet(net, {
    hyperparameters: config.student,
    mixture: [{ set, perBatch: labelledPerBatch + minedPerBatch }],
    augmentation: config.augmentation,
    parameters: start ?? freshFor(training, net),
    recalibrateOn: set,
    stream: [config.seed, 'control', seed],
    checkpointer,
    onStep,
  });
};
