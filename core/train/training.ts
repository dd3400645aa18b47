import type { RunConfig } from '../contracts/config.ts';
import type { LabelledImages } from '../data/images.ts';
import type { Net } from '../nets/net.ts';
import { freshParameters } from '../nets/weights.ts';
import type { FitOptions } from './fit-net.ts';
import { type TrainingData, withHardLabels } from './training-data.ts';

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

/** What a net of a run starts from, when it is trained from nothing. */
export const freshFor = ({ config, seed }: Training, net: Net): Float32Array =>
  freshParameters(net, [config.seed, seed]);

/** The labelled set as training data. */
export const labelledData = ({ labelled, classes }: Training, smoothing: number): TrainingData =>
  withHardLabels(labelled, classes, smoothing);
