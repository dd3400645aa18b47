import type { RunConfig } from '../contracts/config.ts';
import { concatImages, type Images, type LabelledImages, toFloats } from '../data/images.ts';
import { blurred } from '../data/views.ts';
import { ensembleSoftLabels } from '../distill/teacher.ts';
import type { Weights } from '../nets/weights.ts';
import type { Checkpointer } from '../run/checkpoints.ts';
import type { MixturePart } from '../train/batches.ts';
import { fitNet } from '../train/fit-net.ts';
import { type MadeData, type TrainingData, withHardLabels, withSoftLabels } from '../train/training-data.ts';
import { firstViews } from './first-views.ts';

/** What a boost learns from. */
export interface BoostData {
  readonly mixture: readonly MixturePart[];
  /** Beta parameter by which a batch is mixed; 0 for none. */
  readonly mixup: number;
  /** What batch-norm statistics are taken from. */
  readonly measuredOn: Images;
}

/** Boosts a primitive model by a short fine-tune. */
export const boost = async (
  primitive: Weights,
  { mixture, mixup, measuredOn }: BoostData,
  config: RunConfig,
  stream: readonly (string | number)[],
  checkpointer?: Checkpointer,
): Promise<Weights> => {
  const { steps, learningRate, ema } = config.evaluate.boost;
  const { weights } = await fitNet(primitive.net, {
    hyperparameters: { steps, learningRate, weightDecay: config.primitive.weightDecay, mixup, ema },
    mixture,
    augmentation: config.augmentation,
    parameters: primitive.parameters,
    recalibrateOn: measuredOn,
    stream: [config.seed, ...stream],
    checkpointer,
  });
  return weights;
};

/**
 * The labelled set with its hard labels, and some more images.
 * @param extra - what to add; `undefined` leaves the labelled set alone
 */
export const labelledWith = (
  labelled: LabelledImages,
  classes: number,
  extra: TrainingData | MadeData | undefined,
  config: RunConfig,
): BoostData => {
  const { labelSmoothing, mixup } = config.primitive;
  const hard = withHardLabels(labelled, classes, labelSmoothing);
  return { mixture: shared(hard, extra, config), mixup, measuredOn: labelled };
};

/**
 * Views of the labelled images and of some more, all of them with the teachers' labels; they are mixed already. What is learned from
 * drives the layers otherwise than what is asked about, so statistics are taken from both (docs/distillation.md).
 * @param views - of the labelled images
 * @param extra - views to add; `undefined` leaves those of the labelled images alone
 */
export const viewsWith = (
  labelled: Images,
  views: MadeData,
  extra: TrainingData | MadeData | undefined,
  config: RunConfig,
): BoostData => ({
  mixture: shared(views, extra, config),
  mixup: 0,
  measuredOn: concatImages([toFloats(labelled), firstViews(views)]),
});

/**
 * The control that sets with one soft label an image have to beat: no pool image at all, but the labelled ones at half resolution with
 * the teachers' soft labels on them. It tells how much of a boost is the teachers' knowledge rather than new images.
 */
export const halfResolutionControl = async (
  labelled: LabelledImages,
  teachers: readonly Weights[],
): Promise<TrainingData> => {
  const images = blurred(toFloats(labelled), 2);
  return withSoftLabels(images, teachers[0]!.net.classes, await ensembleSoftLabels(teachers, images));
};

/** Every batch is as large with as without more images. */
function shared(
  labelled: TrainingData | MadeData,
  extra: TrainingData | MadeData | undefined,
  config: RunConfig,
): MixturePart[] {
  const { labelledPerBatch, setPerBatch } = config.evaluate.boost;
  if (extra === undefined) return [{ set: labelled, perBatch: labelledPerBatch + setPerBatch }];
  return [
    { set: labelled, perBatch: labelledPerBatch },
    { set: extra, perBatch: setPerBatch },
  ];
}
