import type { ViewRecipe } from '../contracts/bank.ts';
import { type Images, valuesOf } from '../data/images.ts';
import { standardiserOf } from '../data/standardise.ts';
import { startGraph } from '../inference/start-graph.ts';
import { foldedTensors } from '../nets/folded.ts';
import { meanOfNets, probabilities } from '../nets/logits.ts';
import type { Weights } from '../nets/weights.ts';
import { viewRenderer } from './render-view.ts';
import { viewParameters } from './view-parameters.ts';

/** Views that a net is asked of at once. */
const BATCH = 256;

/**
 * What several nets say of views: probabilities, the mean over the nets. Each view is asked as it is, not mirrored as well: the
 * label belongs to what the receiver's net sees.
 * @param images - that the views are made of
 * @param views - how many, from the first on
 * @returns `[views, classes]`
 * @see Shen and Xing, A Fast Knowledge Distillation Framework for Visual Recognition (ECCV 2022), for labels of stored views
 */
export const labelViews = async (
  nets: readonly Weights[],
  images: Images,
  recipe: ViewRecipe,
  views: number,
  onProgress: (done: number) => void = () => undefined,
): Promise<Float32Array> => {
  const { classes } = nets[0]!.net;
  const values = valuesOf(images);
  const render = viewRenderer(images, standardiserOf(images));
  const runners = await Promise.all(
    nets.map((weights) => startGraph({ ...weights.net, mirror: false }, foldedTensors(weights), BATCH)),
  );
  const labels = new Float32Array(views * classes);
  try {
    for (let start = 0; start < views; start += BATCH) {
      const rows = Math.min(BATCH, views - start);
      const pixels = new Float32Array(rows * values);
      for (let i = 0; i < rows; i++) {
        const parameters = viewParameters(recipe, { images: images.count, size: images.size }, start + i);
        pixels.set(render(parameters), i * values);
      }
      const mean = await meanOfNets(runners, async ({ run }) =>
        probabilities((await run(pixels, rows)).logits, classes),
      );
      labels.set(mean, start * classes);
      onProgress(start + rows);
    }
  } finally {
    for (const runner of runners) await runner.dispose();
  }
  return labels;
};
