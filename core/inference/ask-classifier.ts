import type { Classifier } from '../nets/classifier.ts';
import { type AskedClassifier, LEAST_PROBABILITY } from '../nets/classify.ts';
import { probabilities } from '../nets/logits.ts';
import { graphPredictor } from './predictor.ts';

/** Makes a classifier ready on what predicts in this process. @param runtime - its name */
export const askClassifier = async ({ card, nets }: Classifier, runtime: string): Promise<AskedClassifier> => {
  const { embeddingSize, temperature } = card;
  const classes = card.classes.length;
  const models = await Promise.all(nets.map((net) => graphPredictor({ ...card, classes }, net)));
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
