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

/** Forward, backward and AdamW, as `core/train/fit-net.ts` composes them; the batch lies ready as a tensor. */
const training = ({ images, targets }: BenchInputs, net: Net, start: Float32Array): Work => {
  const x = tf.tensor4d(images.subarray(0, TRAIN_BATCH * VALUES), [
    TRAIN_BATCH,
    image.size,
    image.size,
    image.channels,
  ]);
  const y = tf.tensor2d(targets, [TRAIN_BATCH, CLASSES]);
  const optimiser = adamW(freshAdamW(start), primitive.weightDecay);

  const pass = trainingPass(net);
  const step = (): tf.Scalar => {
    const [gradient, loss] = pass.run(optimiser.parameters, x, y);
    optimiser.step(gradient, primitive.learningRate);
    gradient.dispose();
    return loss;
  };
  const losses = (steps: number): number[] =>
    Array.from({ length: steps }, () => {
      const loss = step();
      const value = loss.dataSync()[0]!;
      loss.dispose();
      return value;
    });

  return {
    check: losses(CHECKED_STEPS),
    lap: (steps) =>
      timed(steps * TRAIN_BATCH, () => {
        for (let i = 1; i < steps; i++) step().dispose();
        losses(1);
      }),
  };
};

export const convnetTraining: Case = async (inputs) => training(inputs, CONVNET, inputs.convnetParameters);

export const k2Training: Case = async (inputs) => training(inputs, K2, inputs.k2Parameters);

export const resnetTraining: Case = async (inputs) => training(inputs, RESNET, freshParameters(RESNET, ['bench']));
