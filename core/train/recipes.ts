import type { RunConfig } from '../contracts/config.ts';
import type { Calibration } from '../contracts/model.ts';
import type { ImageSet } from '../data/image-set.ts';
import { DataError } from '../errors.ts';
import type { NetSpec } from '../nets/k2.ts';
import { predictor, probabilities } from '../nets/predictor.ts';
import { initialTheta } from '../nets/weights.ts';
import { random } from '../tensor/random.ts';
import { argmaxRows, expectedCalibrationError, fitTemperature } from './calibrate.ts';
import { type FitOptions, type Fitted, fitNet } from './fit-net.ts';
import { pick, withHardLabels } from './learn-set.ts';

/** What every recipe needs to know. */
export interface Training {
  readonly config: RunConfig;
  readonly classes: number;
  readonly labelled: ImageSet;
  /** Which of the paired repetitions; the same seed gives primitive, control and student the same fresh weights. */
  readonly seed: number;
  readonly session?: FitOptions['session'];
  readonly onStep?: FitOptions['onStep'];
}

/** Images with hard labels, e.g. the mined set with its pseudo-labels. */
export type HardLabelled = Pick<ImageSet, 'size' | 'channels' | 'count' | 'pixels' | 'labels'>;

/** Share of every class that is held back to learn the temperature. */
const HELD_OUT = 0.2;

export const netSpec = ({ config, classes }: Pick<Training, 'config' | 'classes'>): NetSpec => ({
  width: config.net.width,
  channels: config.image.channels,
  classes,
});

const freshTheta = (training: Training): Float32Array =>
  initialTheta(netSpec(training), [training.config.seed, training.seed]);

/** The primitive model: the labelled set alone. */
export const trainPrimitive = (training: Training): Promise<Fitted> => {
  const { config, classes, labelled, seed, session, onStep } = training;
  const set = withHardLabels(labelled, classes, config.primitive.labelSmoothing);
  return fitNet(netSpec(training), {
    recipe: config.primitive,
    shares: [{ set, perBatch: config.primitive.batch }],
    theta: freshTheta(training),
    moments: set,
    stream: [config.seed, 'primitive', seed],
    session,
    onStep,
  });
};

/** The student: labelled and mined images in fixed shares of every batch, from fresh weights. */
export const trainStudent = async (training: Training, mined: HardLabelled, round: number): Promise<Fitted> => {
  const { config, classes, labelled, seed, session, onStep } = training;
  if (mined.count === 0) throw new DataError('The mined set is empty: there is nothing to train a student on.');
  const recipe = config.student;
  const set = withHardLabels(labelled, classes, recipe.labelSmoothing);
  return fitNet(netSpec(training), {
    recipe,
    shares: [
      { set, perBatch: recipe.labelledPerBatch },
      { set: withHardLabels(mined, classes, recipe.labelSmoothing), perBatch: recipe.minedPerBatch },
    ],
    theta: freshTheta(training),
    moments: set,
    stream: [config.seed, 'student', round, seed],
    session,
    onStep,
  });
};

/** The student's control: its recipe, steps and batch size on the labelled set alone. */
export const trainControl = (training: Training): Promise<Fitted> => {
  const { config, classes, labelled, seed, session, onStep } = training;
  const recipe = config.student;
  const set = withHardLabels(labelled, classes, recipe.labelSmoothing);
  return fitNet(netSpec(training), {
    recipe,
    shares: [{ set, perBatch: recipe.labelledPerBatch + recipe.minedPerBatch }],
    theta: freshTheta(training),
    moments: set,
    stream: [config.seed, 'control', seed],
    session,
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
  const rest = { ...labelled, ...pick(labelled, kept) };
  const fitted = await trainPrimitive({ ...training, labelled: rest });
  const unseen = pick(labelled, held);
  const model = predictor(fitted.weights);
  const { logits } = await model.predict(unseen);
  model.dispose();
  const temperature = fitTemperature(logits, unseen.labels, classes);
  const right = argmaxRows(logits, classes).filter((label, i) => label === unseen.labels[i]).length;
  const error = (t: number): number =>
    expectedCalibrationError(probabilities(logits, classes, t), unseen.labels, classes);
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
