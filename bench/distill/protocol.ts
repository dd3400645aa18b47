import * as tf from '@tensorflow/tfjs-core';
import { EARLIER_AUGMENTATION } from '../../core/contracts/augmentation.ts';
import { type Images, type LabelledImages, sliceImages, valuesOf } from '../../core/data/images.ts';
import { standardised } from '../../core/data/standardise.ts';
import { argmaxRows } from '../../core/nets/logits.ts';
import { type Net, netOf } from '../../core/nets/net.ts';
import { graphTensors, type NamedTensors, runGraph } from '../../core/nets/run-graph.ts';
import { freshParameters, type Weights } from '../../core/nets/weights.ts';
import { fitNet } from '../../core/train/fit-net.ts';
import { withHardLabels, withSoftLabels } from '../../core/train/training-data.ts';
import type { DistillData } from './data.ts';

/** Images a pass of prediction. */
const BATCH = 250;

/** What a net learns from. */
export interface Taught extends Images, Pick<LabelledImages, 'labels'> {
  /** `[count, classes]`: to learn with in place of the classes. */
  readonly targets?: Float32Array | undefined;
}

/** How a net learns: AdamW as everywhere in this project, where the literature takes SGD of 1,000 epochs. */
export interface Recipe {
  readonly steps: number;
  readonly batch: number;
}
const HYPERPARAMETERS = { learningRate: 2e-3, weightDecay: 5e-4, mixup: 0, ema: 0.99 };

/** The literature's ConvNet-3 for this data. @param width - 128 there */
export const convNet = ({ classes, flips, training: { size, channels } }: DistillData, width: number): Net =>
  netOf({ name: 'convnet', width, size, channels, classes: classes.length, mirror: flips });

/**
 * Trains a net from nothing on images with their classes alone, or the labels that they come with.
 * @param stream - names its fresh weights and the order of its images
 */
export const trainedOn = async (
  images: Taught,
  net: Net,
  { steps, batch }: Recipe,
  stream: readonly (string | number)[],
): Promise<Weights> => {
  const { targets } = images;
  const set =
    targets === undefined ? withHardLabels(images, net.classes, 0) : withSoftLabels(images, net.classes, targets);
  const { weights } = await fitNet(net, {
    hyperparameters: { ...HYPERPARAMETERS, steps },
    mixture: [{ set, perBatch: batch }],
    // As in all that docs/distillation.md has of these benchmarks.
    augmentation: EARLIER_AUGMENTATION,
    parameters: freshParameters(net, stream),
    recalibrateOn: set,
    stream,
  });
  return weights;
};

/** The part of the images that a net is right about, each seen once: a mirrored digit is another one. */
export const accuracyOn = (weights: Weights, test: LabelledImages): number => {
  const tensors = graphTensors(weights);
  const right = accuracyOf(weights.net, tensors, test);
  tf.dispose(tensors);
  return right;
};

/** The same of a net whose tensors are known. */
export const accuracyOf = (
  { graph, classes }: Pick<Net, 'graph' | 'classes'>,
  tensors: NamedTensors,
  test: LabelledImages,
): number => {
  let right = 0;
  for (let start = 0; start < test.count; start += BATCH) {
    const { pixels, count, size, channels } = sliceImages(test, start, Math.min(BATCH, test.count - start));
    const standard = standardised(pixels, valuesOf(test));
    const logits = tf.tidy(() => {
      const images = tf.tensor4d(standard, [count, size, size, channels]);
      return runGraph(graph, tensors, { images }, graph.logits).dataSync() as Float32Array;
    });
    for (const [i, said] of argmaxRows(logits, classes).entries()) if (said === test.labels[start + i]) right++;
  }
  return right / test.count;
};
