import type { Images } from '../data/images.ts';
import { predictOnce } from '../inference/predictor.ts';
import { meanOfNets, probabilities } from '../nets/logits.ts';
import type { Weights } from '../nets/weights.ts';

/**
 * Soft labels: the mean of several nets' probabilities, each averaged over the image and its mirror.
 * @returns `[n, classes]`, rows sum to 1
 */
export const ensembleSoftLabels = (teachers: readonly Weights[], images: Images): Promise<Float32Array> =>
  meanOfNets(teachers, async (weights) =>
    probabilities((await predictOnce(weights, images)).logits, weights.net.classes),
  );

/** Embeddings of images by one net: `[n, width]`. */
export const embed = async (weights: Weights, images: Images): Promise<Float32Array> => {
  const { embeddings } = await predictOnce(weights, images);
  return embeddings;
};
