import * as tf from '@tensorflow/tfjs-core';
import { compiled } from '../tensor/compiled/compiled.ts';
import { graphTensors, namedTensors, runGraph } from './run-graph.ts';
import type { Weights } from './weights.ts';

/** Nets made ready to say what images show, of which no mirror is asked as well; `dispose` them. */
export interface AskedNets {
  /**
   * @param net - its place among the nets
   * @param images - standardised, `[n, size, size, channels]`
   * @returns probabilities `[n, classes]`, which the caller disposes
   */
  probabilities(net: number, images: tf.Tensor4D): Promise<tf.Tensor2D>;
  dispose(): void;
}

export const askedNets = (nets: readonly Weights[]): AskedNets => {
  const all = nets.map((weights) => {
    const { graph } = weights.net;
    const tensors = graphTensors(weights);
    const names = Object.keys(tensors);
    const ask = compiled((images: tf.Tensor4D, ...values: tf.Tensor[]): [tf.Tensor2D] => {
      return [tf.softmax(runGraph<tf.Tensor2D>(graph, namedTensors(names, values), { images }, graph.logits))];
    });
    return { tensors: Object.values(tensors), ask };
  });
  return {
    async probabilities(net, images) {
      const { ask, tensors } = all[net]!;
      return (await ask.run(images, ...tensors))[0];
    },
    dispose() {
      for (const { ask, tensors } of all) {
        tf.dispose(tensors);
        ask.dispose();
      }
    },
  };
};
