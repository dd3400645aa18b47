import type { DistilledImages } from '../artifacts/distilled.ts';
import type { RunConfig } from '../contracts/config.ts';
import type { Score } from '../contracts/evaluation.ts';
import { setName } from '../contracts/names.ts';
import type { ImageSet } from '../data/image-set.ts';
import { viewsOf } from '../distill/views.ts';
import { initialTheta, type Weights } from '../nets/weights.ts';
import type { Session } from '../run/checkpoints.ts';
import { fitNet } from '../train/fit-net.ts';
import { withSoftLabels } from '../train/learn-set.ts';
import { scoreNet } from './metrics.ts';

/** A net for a handful of images: half the width of the run's, to be trained from nothing in seconds. */
const smallSpec = (config: RunConfig, classes: number) => ({
  width: config.net.width / 2,
  channels: config.image.channels,
  classes,
});

/** Trains a small net on a distilled set alone, from fresh weights. */
export const trainOnSet = async (
  set: DistilledImages,
  config: RunConfig,
  seed: number,
  session?: Session,
): Promise<Weights> => {
  const spec = smallSpec(config, set.spec.classes.length);
  const learn = withSoftLabels(viewsOf(set, set.spec.factor), spec.classes, set.labels);
  const { weightDecay, mixup, ema } = config.primitive;
  const { steps, batch, learningRate } = config.evaluate.only;
  const { weights } = await fitNet(spec, {
    recipe: { steps, learningRate, weightDecay, mixup, ema },
    shares: [{ set: learn, perBatch: batch }],
    // Equal for all sets of a seed: no competitor starts from luckier weights.
    theta: initialTheta(spec, [config.seed, 'only', seed]),
    moments: learn,
    stream: [config.seed, 'only', setName(set.spec.spec), seed],
    session,
  });
  return weights;
};

/** What a distilled set is worth by itself: the score of a small net that has seen nothing else. */
export const scoreSet = async (
  set: DistilledImages,
  benchmark: ImageSet,
  config: RunConfig,
  seed: number,
): Promise<Score> => scoreNet(await trainOnSet(set, config, seed), benchmark, seed);
