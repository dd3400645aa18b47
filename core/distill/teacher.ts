import type { Images } from '../data/images.ts';
import { probabilities } from '../nets/logits.ts';
import { predictor } from '../nets/predictor.ts';
import type { Weights } from '../nets/weights.ts';

/**
 * Soft labels: the mean of several nets' probabilities, each averaged over the image and its mirror.
 * @returns `[n, classes]`, rows sum to 1
 */
export const ensembleSoftLabels = async (teachers: readonly Weights[], images: Images): Promise<Float32Array> => {
  const { classes } = teachers[0]!.net;
  const mean = new Float32Array(images.count * classes);
  for (const weights of teachers) {
    const model = predictor(weights);
    const { logits } = await model.predict(images);
    probabilities(logits, classes).forEach((p, i) => (mean[i]! += p / teachers.length));
    model.dispose();
  }
  return mean;
};

/** Embeddings of images by one net: `[n, width]`. */
export const embed = async (weights: Weights, images: Images): Promise<Float32Array> => {
  const model = predictor(weights);
  const { embeddings } = await model.predict(images);
  model.dispose();
  return embeddings;
};
