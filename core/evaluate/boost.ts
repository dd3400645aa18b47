import type { RunConfig } from '../contracts/config.ts';
import type { ImageSet } from '../data/image-set.ts';
import { toFloats } from '../data/images.ts';
import { teach } from '../distill/teacher.ts';
import { blurred } from '../distill/views.ts';
import type { Weights } from '../nets/weights.ts';
import type { Session } from '../run/checkpoints.ts';
import { fitNet } from '../train/fit-net.ts';
import { type LearnSet, withHardLabels, withSoftLabels } from '../train/learn-set.ts';

/**
 * Boosts a primitive model by a short fine-tune on the labelled set and some more images.
 * @param extra - what to add; `undefined` fine-tunes on the labelled set alone
 */
export const boost = async (
  primitive: Weights,
  labelled: ImageSet,
  extra: LearnSet | undefined,
  config: RunConfig,
  stream: readonly (string | number)[],
  session?: Session,
): Promise<Weights> => {
  const { steps, learningRate, labelledPerBatch, setPerBatch, ema } = config.evaluate.boost;
  const { weightDecay, mixup, labelSmoothing } = config.primitive;
  const set = withHardLabels(labelled, primitive.spec.classes, labelSmoothing);
  const shares =
    extra === undefined
      ? [{ set, perBatch: labelledPerBatch + setPerBatch }]
      : [
          { set, perBatch: labelledPerBatch },
          { set: extra, perBatch: setPerBatch },
        ];
  const recipe = { steps, learningRate, weightDecay, mixup, ema };
  const { weights } = await fitNet(primitive.spec, {
    recipe,
    shares,
    theta: primitive.theta,
    moments: set,
    stream: [config.seed, ...stream],
    session,
  });
  return weights;
};

/**
 * The control that a distilled set has to beat: no pool image at all, but the labelled ones at half resolution with
 * the teachers' soft labels on them. It tells how much of a boost is the teachers' knowledge rather than new images.
 */
export const noPoolControl = async (labelled: ImageSet, teachers: readonly Weights[]): Promise<LearnSet> => {
  const images = blurred(toFloats(labelled), 2);
  return withSoftLabels(images, teachers[0]!.spec.classes, await teach(teachers, images));
};
