import { predictor } from '../../core/inference/predictor.ts';
import { startGraph } from '../../core/inference/start-graph.ts';
import { foldedTensors } from '../../core/nets/folded.ts';
import { freshParameters, type Weights } from '../../core/nets/weights.ts';
import { type BenchInputs, CONFIG, CONVNET, EMBED_BATCH, k2Weights, RESNET, VALUES, weightsOf } from '../inputs.ts';
import { timed } from '../stopwatch.ts';
import type { Case, Work } from './case.ts';

const { size, channels } = CONFIG.image;
/** Values of the first embeddings that are compared. */
const CHECKED = 512;

/** One pass over a batch that lies ready, on what predicts: without mirrors, as the peers do it. */
const embedding = async ({ images }: BenchInputs, weights: Weights): Promise<Work> => {
  const net = { ...weights.net, mirror: false };
  const { run, batch } = await startGraph(net, foldedTensors(weights), EMBED_BATCH);
  const embed = async (): Promise<Float32Array> => {
    const embeddings = new Float32Array(EMBED_BATCH * net.embeddingSize);
    for (let start = 0; start < EMBED_BATCH; start += batch) {
      const said = await run(images.subarray(start * VALUES, (start + batch) * VALUES), batch);
      embeddings.set(said.embeddings, start * net.embeddingSize);
    }
    return embeddings;
  };
  return {
    check: [...(await embed()).subarray(0, CHECKED)],
    lap: (steps) =>
      timed(steps * EMBED_BATCH, async () => {
        for (let i = 0; i < steps; i++) await embed();
      }),
  };
};

export const convnetEmbedding: Case = (inputs) => embedding(inputs, weightsOf(CONVNET, inputs.convnetParameters));

export const k2Embedding: Case = (inputs) => embedding(inputs, k2Weights(inputs));

export const resnetEmbedding: Case = (inputs) =>
  embedding(inputs, weightsOf(RESNET, freshParameters(RESNET, ['bench'])));

/** What a mining job asks of its nets: every image and its mirror, from bytes. The images lie ready in memory. */
export const mining: Case = async (inputs) => {
  const models = await Promise.all(
    Array.from({ length: CONFIG.mining.nets }, () => predictor(k2Weights(inputs), CONFIG.mining.batch)),
  );
  const count = 4 * CONFIG.mining.batch;
  const batch = { size, channels, count, pixels: inputs.material.subarray(0, count * VALUES) };
  return {
    check: [],
    lap: (steps) =>
      timed(steps * count, async () => {
        for (let i = 0; i < steps; i++) for (const model of models) await model.predict(batch);
      }),
  };
};
