import { probabilities } from '../nets/logits.ts';
import { negativeLogLikelihood } from './proper-scores.ts';

/** Temperatures outside are signs of a net that learned nothing. */
const [LOWEST, HIGHEST] = [0.05, 20];

/**
 * The temperature that makes held-out labels likeliest, by golden-section search over its logarithm (the loss has one
 * minimum there).
 * @param logits - `[n, classes]` of images that the net was not trained on
 * @see Guo et al., On Calibration of Modern Neural Networks (ICML 2017)
 */
export const fitTemperature = (logits: Float32Array, labels: Int32Array, classes: number): number => {
  const loss = (log: number): number =>
    negativeLogLikelihood(probabilities(logits, classes, Math.exp(log)), labels, classes);
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(LOWEST), Math.log(HIGHEST)];
  while (high - low > 1e-4) {
    const left = high - golden * (high - low);
    const right = low + golden * (high - low);
    if (loss(left) < loss(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
};
