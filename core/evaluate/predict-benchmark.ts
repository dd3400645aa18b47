import type { LabelledImages } from '../data/images.ts';
import { toHalfPrecision } from '../format/half.ts';
import { probabilities } from '../nets/logits.ts';
import { predictor } from '../nets/predictor.ts';
import type { Weights } from '../nets/weights.ts';

/**
 * What a net says of every image of a benchmark, averaged over the image and its mirror. As precise as it is stored: what is
 * scored is what anybody can recount.
 * @returns probabilities `[n, classes]`
 */
export const predictBenchmark = async (weights: Weights, benchmark: LabelledImages): Promise<Float32Array> => {
  const model = predictor(weights);
  const { logits } = await model.predict(benchmark);
  model.dispose();
  return toHalfPrecision(probabilities(logits, weights.net.classes));
};
