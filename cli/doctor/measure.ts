import * as tf from '@tensorflow/tfjs-core';
import { resolveConfig } from '../../core/contracts/presets.ts';
import type { BackendName } from '../../core/contracts/stats.ts';
import { valuesOf } from '../../core/data/images.ts';
import { predictor } from '../../core/inference/predictor.ts';
import { netFor } from '../../core/nets/net-for.ts';
import { freshParameters, type Weights } from '../../core/nets/weights.ts';
import { selectBackend } from '../../core/tensor/backend.ts';
import { random } from '../../core/tensor/random.ts';
import { fitNet } from '../../core/train/fit-net.ts';
import type { TrainingData } from '../../core/train/training-data.ts';
import type { Measurement } from './contract.ts';

/** Seconds that each of the two measurements is meant to take. */
const SECONDS = 0.8;
const CLASSES = 7;
const IMAGES = 256;
const { image, augmentation, net, primitive, mining } = resolveConfig('standard');
const NET = netFor({ image: { ...image, mirror: true }, net }, CLASSES);

/** Starts a backend in this process and measures it for about two seconds. */
export const measureBackend = async (forced: BackendName | undefined, threads: number): Promise<Measurement> => {
  const start = performance.now();
  const backend = await selectBackend({ forced, threads });
  tf.tidy(() => tf.add(tf.scalar(1), 1).dataSync());
  const startSeconds = (performance.now() - start) / 1000;
  const set = noise();
  const { perSecond, weights } = await measureTraining(set);
  const embeddingPerSecond = await measureEmbedding(set, weights);
  return { backend, startSeconds, trainingPerSecond: perSecond, embeddingPerSecond };
};

function noise(): TrainingData {
  const draw = random('doctor');
  const pixels = Uint8Array.from({ length: IMAGES * valuesOf(image) }, () => draw.below(256));
  const targets = new Float32Array(IMAGES * CLASSES).fill(1 / CLASSES);
  return { ...image, count: IMAGES, classes: CLASSES, pixels, targets };
}

async function measureTraining(set: TrainingData): Promise<{ perSecond: number; weights: Weights }> {
  const trial = await train(set, 4);
  const steps = Math.min(1000, Math.max(3, Math.round(SECONDS / trial.seconds)));
  const { seconds, weights } = await train(set, steps);
  return { perSecond: primitive.batch / seconds, weights };
}

/** Trains for so many steps. @returns seconds a step, without the first one, and the net */
async function train(set: TrainingData, steps: number): Promise<{ seconds: number; weights: Weights }> {
  const ends: number[] = [];
  const { weights } = await fitNet(NET, {
    hyperparameters: { ...primitive, steps },
    mixture: [{ set, perBatch: primitive.batch }],
    augmentation,
    parameters: freshParameters(NET, ['doctor']),
    recalibrateOn: set,
    stream: ['doctor'],
    onStep: () => ends.push(performance.now()),
  });
  return { seconds: (ends.at(-1)! - ends[0]!) / 1000 / (steps - 1), weights };
}

async function measureEmbedding(set: TrainingData, weights: Weights): Promise<number> {
  const { predict, dispose } = await predictor(weights, mining.batch);
  await predict(set);
  const start = performance.now();
  let images = 0;
  do {
    await predict(set);
    images += set.count;
  } while (performance.now() - start < 1000 * SECONDS);
  await dispose();
  return images / ((performance.now() - start) / 1000);
}
