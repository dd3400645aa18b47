import type { Images } from '../data/images.ts';

/** What a classifier says of n images. */
export interface Classified {
  /** `[n, classes]`; of several nets the logarithm of their mean probability. */
  readonly logits: Float32Array;
  /** Calibrated, `[n, classes]`: rows sum to 1. */
  readonly probabilities: Float32Array;
  /** `[n, nets · embeddingSize]` */
  readonly embeddings: Float32Array;
}

/** A classifier that is ready to be asked; `dispose` it. */
export interface AskedClassifier {
  /** What runs it, with its version. */
  readonly runtime: string;
  /** @param images - bytes, of the size and channels that the classifier takes */
  classify(images: Images<Uint8Array>): Promise<Classified>;
  dispose(): Promise<void>;
}

/** Probability below which nothing is told apart: the logarithm of 0 is no number. */
export const LEAST_PROBABILITY = 1e-30;
