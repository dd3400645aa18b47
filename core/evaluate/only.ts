import type { DistilledImages } from '../artifacts/distilled.ts';
import type { RunConfig } from '../contracts/config.ts';
import type { Score } from '../contracts/evaluation.ts';
import { setName } from '../contracts/names.ts';
import type { LabelledImages } from '../data/images.ts';
import { viewsOf } from '../distill/views.ts';
import { freshParameters, type Weights } from '../nets/weights.ts';
import type { Checkpointer } from '../run/checkpoints.ts';
import { scorePredictions } from '../statistics/score-predictions.ts';
import { fitNet } from '../train/fit-net.ts';
import { netFor } from '../train/training.ts';
import { withSoftLabels } from '../train/training-data.ts';
import { predictBenchmark } from './predict-benchmark.ts';

/** Trains a net of half the run's width, enough for a handful of images, on a distilled set alone from fresh weights. */
export const trainOnSet = async (
  set: DistilledImages,
  config: RunConfig,
  seed: number,
  checkpointer?: Checkpointer,
): Promise<Weights> => {
  const net = netFor(config, set.spec.classes.length, { ...config.net, width: config.net.width / 2 });
  const learn = withSoftLabels(viewsOf(set, set.spec.factor), net.classes, set.labels);
  const { weightDecay, mixup, ema } = config.primitive;
  const { steps, batch, learningRate } = config.evaluate.only;
  const { weights } = await fitNet(net, {
    hyperparameters: { steps, learningRate, weightDecay, mixup, ema },
    mixture: [{ set: learn, perBatch: batch }],
    // Equal for all sets of a seed: no competitor starts from luckier weights.
    parameters: freshParameters(net, [config.seed, 'only', seed]),
    recalibrateOn: learn,
    stream: [config.seed, 'only', setName(set.spec.spec), set.spec.draw, seed],
    checkpointer,
  });
  return weights;
};

/** What a distilled set is worth by itself: the score of a small net that has seen nothing else. */
export const scoreSet = async (
  set: DistilledImages,
  benchmark: LabelledImages,
  config: RunConfig,
  seed: number,
): Promise<Score> => {
  const weights = await trainOnSet(set, config, seed);
  return scorePredictions(await predictBenchmark([weights], benchmark), benchmark.labels, weights.net.classes);
};
