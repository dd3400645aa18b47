import * as tf from '@tensorflow/tfjs-core';
import type { Net } from '../../core/nets/net.ts';
import { freshParameters } from '../../core/nets/weights.ts';
import { adamW, freshAdamW } from '../../core/tensor/adamw.ts';
import { trainingPass } from '../../core/train/gradient.ts';
import { type BenchInputs, CLASSES, CONFIG, CONVNET, K2, RESNET, TRAIN_BATCH, VALUES } from '../inputs.ts';
import { timed } from '../stopwatch.ts';
import type { Case, Work } from './case.ts';

const { image, primitive } = CONFIG;
/** Losses that are compared: the first knows the net, the others its gradients and the optimiser, too. */
const CHECKED_STEPS = 3;
/** That of the peers, in peers/main.py. The preset's, ten times as high, takes the first steps so far that rounding shows in the losses. */
const LEARNING_RATE = 0.002;

/** Forward, backward and AdamW, as `core/train/fit-net.ts` composes them; the batch lies ready as a tensor. */
const training = async ({ images, targets }: BenchInputs, net: Net, start: Float32Array): Promise<Work> => {
  const x = tf.tensor4d(images.subarray(0, TRAIN_BATCH * VALUES), [
    TRAIN_BATCH,
    image.size,
    image.size,
    image.channels,
  ]);
  const y = tf.tensor2d(targets, [TRAIN_BATCH, CLASSES]);
  const optimiser = adamW(freshAdamW(start), primitive.weightDecay);

  const pass = trainingPass(net);
  const step = async (): Promise<tf.Scalar> => {
    const [gradient, loss] = await pass.run(optimiser.parameters, x, y);
    optimiser.step(gradient, LEARNING_RATE);
    gradient.dispose();
    return loss;
  };
  const losses = async (steps: number): Promise<number[]> => {
    const found: number[] = [];
    for (let i = 0; i < steps; i++) {
      const loss = await step();
      found.push(loss.dataSync()[0]!);
      loss.dispose();
    }
    return found;
  };

  return {
    check: await losses(CHECKED_STEPS),
    lap: (steps) =>
      timed(steps * TRAIN_BATCH, async () => {
        for (let i = 1; i < steps; i++) (await step()).dispose();
        await losses(1);
      }),
  };
};

export const convnetTraining: Case = async (inputs) => training(inputs, CONVNET, inputs.convnetParameters);

export const k2Training: Case = async (inputs) => training(inputs, K2, inputs.k2Parameters);

export const resnetTraining: Case = async (inputs) => training(inputs, RESNET, freshParameters(RESNET, ['bench']));
