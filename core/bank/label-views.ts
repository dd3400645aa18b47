import * as tf from '@tensorflow/tfjs-core';
import type { ViewRecipe } from '../contracts/bank.ts';
import { type Images, valuesOf } from '../data/images.ts';
import { standardiserOf } from '../data/standardise.ts';
import { askedNets } from '../nets/asked-nets.ts';
import type { Weights } from '../nets/weights.ts';
import { microBatches } from '../tensor/micro-batches.ts';
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
  const { size, channels } = images;
  const values = valuesOf(images);
  const render = viewRenderer(images, standardiserOf(images));
  const asked = askedNets(nets);
  const labels = new Float32Array(views * classes);
  const passes = microBatches('views', BATCH);
  try {
    await passes.run(views, (start, rows) => {
      const pixels = new Float32Array(rows * values);
      for (let i = 0; i < rows; i++) {
        pixels.set(render(viewParameters(recipe, { images: images.count, size }, start + i)), i * values);
      }
      tf.tidy(() => {
        const seen = tf.tensor4d(pixels, [rows, size, size, channels]);
        const said = nets.map((_, net) => asked.probabilities(net, seen));
        labels.set(tf.mul(tf.addN(said), 1 / said.length).dataSync(), start * classes);
      });
      onProgress(start + rows);
    });
  } finally {
    asked.dispose();
  }
  return labels;
};
