import type { Images } from '../data/images.ts';
import { probabilities } from '../nets/logits.ts';
import { predictOnce } from '../nets/predictor.ts';
import type { Weights } from '../nets/weights.ts';

/**
 * Soft labels: the mean of several nets' probabilities, each averaged over the image and its mirror.
 * @returns `[n, classes]`, rows sum to 1
 */
export const ensembleSoftLabels = async (teachers: readonly Weights[], images: Images): Promise<Float32Array> => {
  const { classes } = teachers[0]!.net;
  const mean = new Float32Array(images.count * classes);
  for (const weights of teachers) {
    const { logits } = await predictOnce(weights, images);
    probabilities(logits, classes).forEach((p, i) => (mean[i]! += p / teachers.length));
  }
  return mean;
};

/** Embeddings of images by one net: `[n, width]`. */
export const embed = async (weights: Weights, images: Images): Promise<Float32Array> => {
  const { embeddings } = await predictOnce(weights, images);
  return embeddings;
};
