import type { Images } from '../data/images.ts';

/** What a net says of n images, averaged over each image and its mirror where that shows the same class. */
export interface Prediction {
  /** `[n, embeddingSize]` */
  readonly embeddings: Float32Array;
  /** `[n, classes]` */
  readonly logits: Float32Array;
}

/** Something that is made ready to predict, a net or another model with a head; `dispose` it. */
export interface Predictor {
  predict(images: Images): Promise<Prediction>;
  dispose(): void | Promise<void>;
}
