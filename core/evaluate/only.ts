import type { DistilledImages } from '../artifacts/distilled.ts';
import type { OtherLabels, RunConfig } from '../contracts/config.ts';
import type { Score } from '../contracts/evaluation.ts';
import { setName } from '../contracts/names.ts';
import type { LabelledImages } from '../data/images.ts';
import { netFor } from '../nets/net-for.ts';
import { freshParameters, type Weights } from '../nets/weights.ts';
import type { Checkpointer } from '../run/checkpoints.ts';
import { scorePredictions } from '../statistics/score-predictions.ts';
import { fitNet } from '../train/fit-net.ts';
import type { MadeData, TrainingData } from '../train/training-data.ts';
import { firstViews } from './first-views.ts';
import { predictBenchmark } from './predict-benchmark.ts';
import { setData } from './set-data.ts';

/**
 * Trains a net of half the run's width, enough for a handful of images, on a distilled set alone from fresh weights.
 * @param labels - to learn with instead of what comes with the set
 * @param data - what the set teaches with these labels, where it is made already
 */
export const trainOnSet = async (
  set: DistilledImages,
  config: RunConfig,
  seed: number,
  {
    labels,
    data = setData(set, labels, config),
    checkpointer,
  }: {
    readonly labels?: OtherLabels | undefined;
    readonly data?: TrainingData | MadeData | undefined;
    readonly checkpointer?: Checkpointer | undefined;
  } = {},
): Promise<Weights> => {
  const net = netFor(config, set.spec.classes.length, { ...config.net, width: config.net.width / 2 });
  const { weightDecay, mixup, ema } = config.primitive;
  const { steps, batch, learningRate } = config.evaluate.only;
  const { weights } = await fitNet(net, {
    hyperparameters: { steps, learningRate, weightDecay, mixup: 'make' in data ? 0 : mixup, ema },
    mixture: [{ set: data, perBatch: batch }],
    augmentation: config.augmentation,
    // Equal for all sets of a seed: no competitor starts from luckier weights.
    parameters: freshParameters(net, [config.seed, 'only', seed]),
    recalibrateOn: 'make' in data ? firstViews(data) : data,
    stream: [
      config.seed,
      'only',
      ...(labels === undefined ? [] : [labels]),
      setName(set.spec.spec),
      set.spec.draw,
      seed,
    ],
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
