import type { RunConfig } from '../contracts/config.ts';
import { type LabelledImages, toFloats } from '../data/images.ts';
import { ensembleSoftLabels } from '../distill/teacher.ts';
import { blurred } from '../distill/views.ts';
import type { Weights } from '../nets/weights.ts';
import type { Checkpointer } from '../run/checkpoints.ts';
import { fitNet } from '../train/fit-net.ts';
import { type TrainingData, withHardLabels, withSoftLabels } from '../train/training-data.ts';

/**
 * Boosts a primitive model by a short fine-tune on the labelled set and some more images.
 * @param extra - what to add; `undefined` fine-tunes on the labelled set alone
 */
export const boost = async (
  primitive: Weights,
  labelled: LabelledImages,
  extra: TrainingData | undefined,
  config: RunConfig,
  stream: readonly (string | number)[],
  checkpointer?: Checkpointer,
): Promise<Weights> => {
  const { steps, learningRate, labelledPerBatch, setPerBatch, ema } = config.evaluate.boost;
  const { weightDecay, mixup, labelSmoothing } = config.primitive;
  const set = withHardLabels(labelled, primitive.net.classes, labelSmoothing);
  const mixture =
    extra === undefined
      ? [{ set, perBatch: labelledPerBatch + setPerBatch }]
      : [
          { set, perBatch: labelledPerBatch },
          { set: extra, perBatch: setPerBatch },
        ];
  const { weights } = await fitNet(primitive.net, {
    hyperparameters: { steps, learningRate, weightDecay, mixup, ema },
    mixture,
    parameters: primitive.parameters,
    recalibrateOn: set,
    stream: [config.seed, ...stream],
    checkpointer,
  });
  return weights;
};

/**
 * The control that a distilled set has to beat: no pool image at all, but the labelled ones at half resolution with
 * the teachers' soft labels on them. It tells how much of a boost is the teachers' knowledge rather than new images.
 */
export const noPoolControl = async (labelled: LabelledImages, teachers: readonly Weights[]): Promise<TrainingData> => {
  const images = blurred(toFloats(labelled), 2);
  return withSoftLabels(images, teachers[0]!.net.classes, await ensembleSoftLabels(teachers, images));
};
