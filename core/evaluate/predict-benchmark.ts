import type { LabelledImages } from '../data/images.ts';
import { ensembleSoftLabels } from '../distill/teacher.ts';
import { toHalfPrecision } from '../format/half.ts';
import type { Weights } from '../nets/weights.ts';

/**
 * What a net says of every image of a benchmark, averaged over the image and its mirror; of several nets the mean. As precise
 * as it is stored: what is scored is what anybody can recount.
 * @returns probabilities `[n, classes]`
 */
export const predictBenchmark = async (nets: readonly Weights[], benchmark: LabelledImages): Promise<Float32Array> =>
  toHalfPrecision(await ensembleSoftLabels(nets, benchmark));
