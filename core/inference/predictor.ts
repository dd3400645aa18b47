import { type Images, sliceImages, valuesOf } from '../data/images.ts';
import { standardised } from '../data/standardise.ts';
import { type FoldedTensors, foldedTensors } from '../nets/folded.ts';
import type { Prediction, Predictor } from '../nets/predictor.ts';
import type { Weights } from '../nets/weights.ts';
import type { RunnableNet } from './graph-runner.ts';
import { startGraph } from './start-graph.ts';

const BATCH = 256;

/**
 * Makes a net ready to predict on the fastest that this process has: onnxruntime, or the backend that trains.
 * @param batch - most images a pass, fewer where so many do not fit or are no faster
 */
export const predictor = (weights: Weights, batch = BATCH): Promise<Predictor> =>
  graphPredictor(weights.net, foldedTensors(weights), batch);

/** The same of a net whose tensors are known. */
export const graphPredictor = async (net: RunnableNet, tensors: FoldedTensors, batch = BATCH): Promise<Predictor> => {
  const runner = await startGraph(net, tensors, batch);
  const { embeddingSize, classes } = net;
  return {
    async predict(images) {
      const { count } = images;
      const embeddings = new Float32Array(count * embeddingSize);
      const logits = new Float32Array(count * classes);
      for (let start = 0; start < count; start += runner.batch) {
        const n = Math.min(runner.batch, count - start);
        const said = await runner.run(standardised(sliceImages(images, start, n).pixels, valuesOf(images)), n);
        embeddings.set(said.embeddings, start * embeddingSize);
        logits.set(said.logits, start * classes);
      }
      return { embeddings, logits };
    },
    dispose: () => runner.dispose(),
  };
};

/** What a net says of images, where it is asked but once. */
export const predictOnce = async (weights: Weights, images: Images): Promise<Prediction> => {
  const model = await predictor(weights);
  const prediction = await model.predict(images);
  await model.dispose();
  return prediction;
};
