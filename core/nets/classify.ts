import type { Images } from '../data/images.ts';
import type { Classifier } from './classifier.ts';
import { probabilities } from './logits.ts';
import { graphPredictor } from './predictor.ts';
import { tensorsOf } from './run-graph.ts';

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

/** Runs on the backend that was started. @param runtime - its name */
export const askClassifier = ({ card, nets }: Classifier, runtime: string): AskedClassifier => {
  const { embeddingSize, temperature } = card;
  const classes = card.classes.length;
  const models = nets.map((net) => graphPredictor({ ...card, classes }, tensorsOf(net)));
  return {
    runtime,
    async classify(images) {
      const width = embeddingSize * nets.length;
      const embeddings = new Float32Array(images.count * width);
      const said: Float32Array[] = [];
      for (const [net, model] of models.entries()) {
        const prediction = await model.predict(images);
        said.push(prediction.logits);
        for (let i = 0; i < images.count; i++) {
          const own = prediction.embeddings.subarray(i * embeddingSize, (i + 1) * embeddingSize);
          embeddings.set(own, i * width + net * embeddingSize);
        }
      }
      const logits = said.length === 1 ? said[0]! : logOfMean(said, classes);
      return { logits, probabilities: probabilities(logits, classes, temperature), embeddings };
    },
    async dispose() {
      for (const model of models) await model.dispose();
    },
  };
};

function logOfMean(said: readonly Float32Array[], classes: number): Float32Array {
  const all = said.map((logits) => probabilities(logits, classes));
  return Float32Array.from(all[0]!, (_, i) =>
    Math.log(Math.max(all.reduce((sum, p) => sum + p[i]!, 0) / all.length, LEAST_PROBABILITY)),
  );
}
