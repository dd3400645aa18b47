import { argmaxRows } from '../nets/logits.ts';

/**
 * Which predictions are right: 1, or 0.
 * @param p - probabilities or logits `[n, classes]`, where `n` is any number of times that of the labels
 */
export const rightAnswers = (p: Float32Array, labels: Int32Array, classes: number): Uint8Array =>
  Uint8Array.from(argmaxRows(p, classes), (answer, at) => (answer === labels[at % labels.length] ? 1 : 0));
