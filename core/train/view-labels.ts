import type * as tf from '@tensorflow/tfjs-core';
import { askedNets } from '../nets/asked-nets.ts';
import type { Weights } from '../nets/weights.ts';

/** Teachers that label what a batch shows; `dispose` them. */
export interface ViewLabeller {
  /**
   * @param images - standardised, `[n, size, size, channels]`
   * @returns probabilities `[n, classes]`, which the caller disposes
   */
  labels(step: number, images: tf.Tensor4D): Promise<tf.Tensor2D>;
  dispose(): void;
}

/**
 * Labels images as they are seen, varied and mixed: a label of the whole image says nothing of what a view has lost of it. The
 * teachers take turns, one a step. Cross-entropy is linear in the labels, so that the student learns their mean all the same, and a
 * step costs a fifth more, however many they are.
 * @see Xie et al., Self-training with Noisy Student (CVPR 2020); Beyer et al., Knowledge distillation: A good teacher is patient and
 * consistent (CVPR 2022), for labels of the very view
 */
export const viewLabeller = (teachers: readonly Weights[]): ViewLabeller => {
  const { probabilities, dispose } = askedNets(teachers);
  return { labels: (step, images) => probabilities(step % teachers.length, images), dispose };
};
