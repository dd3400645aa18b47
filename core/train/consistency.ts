import * as tf from '@tensorflow/tfjs-core';
import type { Net } from '../nets/net.ts';
import { trainForward } from '../nets/train-forward.ts';
import { unflatten } from '../tensor/flat.ts';
import type { Augmentation } from './augment.ts';
import type { BatchRows } from './gradient.ts';

/** What the teacher sees of an image: nearly the image itself. */
export const WEAK_AUGMENTATION: Augmentation = {
  flip: true,
  shift: 2 / 48,
  degrees: 5,
  scale: 0.05,
  contrast: 0,
  offset: 0,
  cutout: 0,
};

/** What the student sees of the same image. */
export const STRONG_AUGMENTATION: Augmentation = {
  flip: true,
  shift: 5 / 48,
  degrees: 20,
  scale: 0.2,
  contrast: 0.4,
  offset: 0.2,
  cutout: 22 / 48,
};

/** Rows of a batch that the teacher labels: those from `from` on. */
export interface TaughtRows {
  readonly from: number;
  /** Lowest probability of a class that the teacher's word is taken at. */
  readonly threshold: number;
}

/**
 * Targets with the teacher's labels in the rows that have none: the likeliest class of the weakly varied image where the
 * teacher is sure enough, else zeros, which teach nothing.
 * The teacher sees the whole batch, so that its batch norms meet the same mixture of images as the student's.
 * @param teacher - parameters of the teacher, flat
 * @see Sohn et al., FixMatch (NeurIPS 2020); the teacher is the moving average of the weights as in Tarvainen and Valpola,
 * Mean teachers (NeurIPS 2017)
 */
export const taughtTargets = (
  net: Net,
  teacher: tf.Tensor1D,
  { start, targets, secondViews }: BatchRows,
  { from, threshold }: TaughtRows,
): tf.Tensor2D =>
  tf.tidy(() => {
    const rows = targets.shape[0];
    if (secondViews === undefined || start + rows <= from) return targets;
    const probabilities = tf.softmax(trainForward(net, unflatten(teacher, net.parameters), secondViews));
    const sure = tf.greaterEqual(tf.max(probabilities, 1, true), threshold);
    const taught = tf.reshape(tf.greaterEqual(tf.range(start, start + rows), from), [rows, 1]);
    const counted = tf.cast(tf.logicalAnd(sure, taught), 'float32');
    return tf.add(targets, tf.mul(tf.oneHot(tf.argMax(probabilities, 1), net.classes), counted)) as tf.Tensor2D;
  });
