import type { RunConfig } from '../contracts/config.ts';
import type { Calibration } from '../contracts/model.ts';
import { type LabelledImages, selectLabelled } from '../data/images.ts';
import { DataError } from '../errors.ts';
import { argmaxRows, probabilities } from '../nets/logits.ts';
import { type Net, netOf } from '../nets/net.ts';
import { predictor } from '../nets/predictor.ts';
import { freshParameters } from '../nets/weights.ts';
import { expectedCalibrationError, reliabilityBins } from '../statistics/reliability.ts';
import { random } from '../tensor/random.ts';
import { fitTemperature } from './calibrate.ts';
import { type FitOptions, type Fitted, fitNet } from './fit-net.ts';
import { withHardLabels } from './training-data.ts';

/** What the training of every role needs to know. */
export interface Training {
  readonly config: RunConfig;
  readonly classes: number;
  readonly labelled: LabelledImages;
  /** Which of the paired repetitions; the same seed gives primitive, control and student the same fresh weights. */
  readonly seed: number;
  readonly checkpointer?: FitOptions['checkpointer'];
  readonly onStep?: FitOptions['onStep'];
}

/** Part of every class that is held back to learn the temperature. */
const HELD_OUT = 0.2;

/** The net of a run, or one of another width. */
export const netFor = (
  { net, image }: Pick<RunConfig, 'net' | 'image'>,
  classes: number,
  width: number = net.width,
): Net => netOf({ name: net.name, width, ...image, classes });

/** The primitive model: the labelled set alone. */
export const trainPrimitive = (training: Training): Promise<Fitted> => {
  const { config, classes, labelled, seed, checkpointer, onStep } = training;
  const set = withHardLabels(labelled, classes, config.primitive.labelSmoothing);
  const net = netFor(config, classes);
  return fitNet(net, {
    hyperparameters: config.primitive,
    mixture: [{ set, perBatch: config.primitive.batch }],
    parameters: fresh(training, net),
    recalibrateOn: set,
    stream: [config.seed, 'primitive', seed],
    checkpointer,
    onStep,
  });
};

/** The student: labelled and mined images in fixed parts of every batch, from fresh weights. */
export const trainStudent = async (training: Training, mined: LabelledImages, round: number): Promise<Fitted> => {
  const { config, classes, labelled, seed, checkpointer, onStep } = training;
  if (mined.count === 0) throw new DataError('The mined set is empty: there is nothing to train a student on.');
  const hyperparameters = config.student;
  const set = withHardLabels(labelled, classes, hyperparameters.labelSmoothing);
  const net = netFor(config, classes);
  return fitNet(net, {
    hyperparameters,
    mixture: [
      { set, perBatch: hyperparameters.labelledPerBatch },
      { set: withHardLabels(mined, classes, hyperparameters.labelSmoothing), perBatch: hyperparameters.minedPerBatch },
    ],
    parameters: fresh(training, net),
    recalibrateOn: set,
    stream: [config.seed, 'student', round, seed],
    checkpointer,
    onStep,
  });
};

/** The student's control: its hyperparameters, steps and batch size on the labelled set alone. */
export const trainControl = (training: Training): Promise<Fitted> => {
  const { config, classes, labelled, seed, checkpointer, onStep } = training;
  const hyperparameters = config.student;
  const set = withHardLabels(labelled, classes, hyperparameters.labelSmoothing);
  const net = netFor(config, classes);
  return fitNet(net, {
    hyperparameters,
    mixture: [{ set, perBatch: hyperparameters.labelledPerBatch + hyperparameters.minedPerBatch }],
    parameters: fresh(training, net),
    recalibrateOn: set,
    stream: [config.seed, 'control', seed],
    checkpointer,
    onStep,
  });
};

/** A fifth of each class (at least one image, never the last one) and the rest. */
export const holdOut = (labels: Int32Array, classes: number, stream: readonly (string | number)[]) => {
  const [kept, held]: [number[], number[]] = [[], []];
  for (let label = 0; label < classes; label++) {
    const members = [...labels.keys()].filter((i) => labels[i] === label);
    const order = random(...stream, label).permutation(members.length);
    const count = Math.min(Math.max(1, Math.round(members.length * HELD_OUT)), members.length - 1);
    order.forEach((position, i) => (i < count ? held : kept).push(members[position]!));
  }
  return { kept: kept.sort((a, b) => a - b), held: held.sort((a, b) => a - b) };
};

/** Trains the primitive on four fifths of the labelled set and learns the temperature on the rest. */
export const trainCalibration = async (training: Training): Promise<Fitted & { readonly calibration: Calibration }> => {
  const { config, classes, labelled, seed } = training;
  const { kept, held } = holdOut(labelled.labels, classes, [config.seed, 'hold-out', seed]);
  const fitted = await trainPrimitive({ ...training, labelled: selectLabelled(labelled, kept) });
  const unseen = selectLabelled(labelled, held);
  const model = predictor(fitted.weights);
  const { logits } = await model.predict(unseen);
  model.dispose();
  const temperature = fitTemperature(logits, unseen.labels, classes);
  const right = argmaxRows(logits, classes).filter((label, i) => label === unseen.labels[i]).length;
  const error = (t: number): number =>
    expectedCalibrationError(reliabilityBins(probabilities(logits, classes, t), unseen.labels, classes));
  return {
    ...fitted,
    calibration: {
      temperature,
      eceBefore: error(1),
      eceAfter: error(temperature),
      heldOutAccuracy: right / unseen.count,
      heldOutImages: unseen.count,
    },
  };
};

function fresh({ config, seed }: Training, net: Net): Float32Array {
  return freshParameters(net, [config.seed, seed]);
}
