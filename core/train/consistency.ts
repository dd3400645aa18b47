import * as tf from '@tensorflow/tfjs-core';
import type { Augmentation } from '../contracts/augmentation.ts';
import type { Net } from '../nets/net.ts';
import { trainForward } from '../nets/train-forward.ts';
import { compiled } from '../tensor/compiled/compiled.ts';
import { unflatten } from '../tensor/flat.ts';
import type { BatchRows } from './gradient.ts';

/** What the teacher sees of an image: nearly the image itself. */
export const WEAK_AUGMENTATION: Augmentation = {
  shift: 2 / 48,
  degrees: 5,
  scale: 0.05,
  contrast: 0,
  offset: 0,
  cutout: 0,
};

/** What the student sees of the same image. */
export const STRONG_AUGMENTATION: Augmentation = {
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

/** Labels the rows of batches that have no label; `dispose` it. */
export interface ConsistencyTeacher {
  /**
   * Targets with the teacher's labels in the rows that have none; the very same where none is among these. The caller disposes them.
   * @param teacher - its parameters, flat
   */
  targets(teacher: tf.Tensor1D, rows: BatchRows): Promise<tf.Tensor2D>;
  dispose(): void;
}

/**
 * A teacher says the likeliest class of the weakly varied image where it is sure enough, else zeros, which teach nothing.
 * It sees the whole batch, so that its batch norms meet the same mixture of images as the student's.
 * @see Sohn et al., FixMatch (NeurIPS 2020); the teacher is the moving average of the weights as in Tarvainen and Valpola,
 * Mean teachers (NeurIPS 2017)
 */
export const consistencyTeacher = (net: Net, { from, threshold }: TaughtRows): ConsistencyTeacher => {
  const sureLabels = compiled((teacher: tf.Tensor1D, views: tf.Tensor4D): [tf.Tensor2D] => {
    const probabilities = tf.softmax(trainForward(net, unflatten(teacher, net.parameters), views));
    const sure = tf.cast(tf.greaterEqual(tf.max(probabilities, 1, true), threshold), 'float32');
    return [tf.mul(tf.oneHot(tf.argMax(probabilities, 1), net.classes), sure) as tf.Tensor2D];
  });
  return {
    async targets(teacher, { start, targets, secondViews }) {
      const rows = targets.shape[0];
      if (secondViews === undefined || start + rows <= from) return targets;
      const taught = Float32Array.from({ length: rows }, (_, i) => (start + i >= from ? 1 : 0));
      const [labels] = await sureLabels.run(teacher, secondViews);
      const all = tf.tidy(() => tf.add(targets, tf.mul(labels, tf.tensor2d(taught, [rows, 1]))) as tf.Tensor2D);
      labels.dispose();
      return all;
    },
    dispose: sureLabels.dispose,
  };
};
