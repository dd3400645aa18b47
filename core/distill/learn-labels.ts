import * as tf from '@tensorflow/tfjs-core';
import { type Images, valuesOf } from '../data/images.ts';
import { standardised } from '../data/standardise.ts';
import { probabilities } from '../nets/logits.ts';
import { readValues } from '../tensor/flat.ts';
import { microBatches } from '../tensor/micro-batches.ts';
import { random } from '../tensor/random.ts';
import { freshAdamRows, stepAdamRows } from './adam-rows.ts';
import { flatNet, slopeOf } from './flat-net.ts';
import { labelLogits } from './label-logits.ts';
import type { DistillTask } from './method.ts';
import { optimise } from './optimise.ts';
import { realLessons } from './real-batch.ts';
import { drawVariation, type Vary } from './siamese.ts';
import { labelGradient } from './solve-labels.ts';
import { ensembleSoftLabels } from './teacher.ts';

/** Of the numbers that labels are the softmax of; it falls to nothing, so that the last real images do not decide. */
const LEARNING_RATE = 0.1;

/**
 * Labels of a set whose images stay as they are, from what the teachers say of them: a net that takes a step on the set moves as it would on
 * the mined images with the teachers' labels. Per step one net, of those that features are matched by and the primitives, one
 * variation of all images, and a draw of real ones; Adam on all labels together.
 * @param images - in [0, 1]
 * @returns `[images.count, classes]`, rows sum to 1
 */
export const learnLabels = async (task: DistillTask, images: Images<Float32Array>): Promise<Float32Array> => {
  const { config, classes, featureNets, primitives, teachers, ipc, draw, checkpointer, onProgress } = task;
  const { steps, augmentation } = config.distill.matching;
  const nets = [...featureNets, ...primitives].map(flatNet);
  const lessonOf = await realLessons(task, images);
  const start = labelLogits(await ensembleSoftLabels(teachers, images));
  const own = { ...images, pixels: standardised(images.pixels, valuesOf(images)) };
  const all = Array.from({ length: images.count }, (_, i) => i);
  const passes = microBatches('images to label', Number.POSITIVE_INFINITY);
  const options = {
    name: 'labels',
    steps,
    draw: random(config.seed, 'labels', ipc, draw),
    checkpointer,
    onStep: (step: number) => onProgress(step, steps),
  };
  const { labels } = await optimise({ labels: freshAdamRows(start, classes.length) }, options, async (now) => {
    const { moving, step, draw } = now;
    const net = nets[draw.below(nets.length)]!;
    const vary = drawVariation(augmentation, teachers[0]!.net, draw);
    const real = lessonOf(draw);
    const lesson = { ...real, images: varied(vary, real.images) };
    const at = tf.tensor1d(net.values);
    try {
      const { slope: target } = await slopeOf(net, at, lesson, passes);
      const { gradient } = await labelGradient({ net, at, target }, varied(vary, own), moving.labels.values, passes);
      stepAdamRows(moving.labels, all, gradient, { learningRate: LEARNING_RATE * (1 - step / steps) });
    } finally {
      at.dispose();
    }
  });
  return probabilities(labels.values, classes.length);
};

function varied(vary: Vary, images: Images<Float32Array>): Images<Float32Array> {
  const { count, size, channels, pixels } = images;
  return { ...images, pixels: readValues(() => vary(tf.tensor4d(pixels, [count, size, size, channels]))) };
}
