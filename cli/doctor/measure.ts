import * as tf from '@tensorflow/tfjs-core';
import { resolveConfig } from '../../core/contracts/presets.ts';
import type { BackendName } from '../../core/contracts/stats.ts';
import type { NetSpec } from '../../core/nets/k2.ts';
import { predictor } from '../../core/nets/predictor.ts';
import { initialTheta, type Weights } from '../../core/nets/weights.ts';
import { selectBackend } from '../../core/tensor/backend.ts';
import { random } from '../../core/tensor/random.ts';
import { fitNet } from '../../core/train/fit-net.ts';
import type { LearnSet } from '../../core/train/learn-set.ts';
import type { Measurement } from './contract.ts';

/** Seconds that each of the two measurements is meant to take. */
const SECONDS = 0.8;
const CLASSES = 7;
const PICTURES = 256;
const { image, net, primitive, mining } = resolveConfig('standard');
const SPEC: NetSpec = { width: net.width, channels: image.channels, classes: CLASSES };

const noise = (): LearnSet => {
  const draw = random('doctor');
  const pixels = Uint8Array.from({ length: PICTURES * image.size ** 2 * image.channels }, () => draw.below(256));
  const targets = new Float32Array(PICTURES * CLASSES).fill(1 / CLASSES);
  return { ...image, count: PICTURES, classes: CLASSES, pixels, targets };
};

/** Trains for so many steps. @returns seconds a step, without the first one, and the net */
const train = async (set: LearnSet, steps: number): Promise<{ seconds: number; weights: Weights }> => {
  const ends: number[] = [];
  const { weights } = await fitNet(SPEC, {
    recipe: { ...primitive, steps },
    shares: [{ set, perBatch: primitive.batch }],
    theta: initialTheta(SPEC, ['doctor']),
    moments: set,
    stream: ['doctor'],
    onStep: () => ends.push(performance.now()),
  });
  return { seconds: (ends.at(-1)! - ends[0]!) / 1000 / (steps - 1), weights };
};

const measureTraining = async (set: LearnSet): Promise<{ perSecond: number; weights: Weights }> => {
  const trial = await train(set, 4);
  const steps = Math.min(1000, Math.max(3, Math.round(SECONDS / trial.seconds)));
  const { seconds, weights } = await train(set, steps);
  return { perSecond: primitive.batch / seconds, weights };
};

const measureEmbedding = async (set: LearnSet, weights: Weights): Promise<number> => {
  const { predict, dispose } = predictor(weights, mining.batch);
  await predict(set);
  const start = performance.now();
  let pictures = 0;
  do {
    await predict(set);
    pictures += set.count;
  } while (performance.now() - start < 1000 * SECONDS);
  dispose();
  return pictures / ((performance.now() - start) / 1000);
};

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
