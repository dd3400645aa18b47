import type { Net } from '../nets/net.ts';
import type { Prediction } from '../nets/predictor.ts';

/** What has to be known of a net to run it, beside its tensors. */
export type RunnableNet = Pick<Net, 'graph' | 'size' | 'channels' | 'classes' | 'embeddingSize' | 'mirror'>;

/** A net that is ready to be run; `dispose` it. */
export interface GraphRunner {
  /** Images that it is best given at once. */
  readonly batch: number;
  /** @param images - standardised, `[count, size, size, channels]`; each is seen with its mirror where the net's is */
  run(images: Float32Array, count: number): Promise<Prediction>;
  dispose(): Promise<void>;
}
