import * as tf from '@tensorflow/tfjs-core';
import { graphTensors, runGraph } from './run-graph.ts';
import type { Weights } from './weights.ts';

/** Nets made ready to say what images show, of which no mirror is asked as well; `dispose` them. */
export interface AskedNets {
  /**
   * @param net - its place among the nets
   * @param images - standardised, `[n, size, size, channels]`
   * @returns probabilities `[n, classes]`; to be called inside a `tf.tidy`
   */
  probabilities(net: number, images: tf.Tensor4D): tf.Tensor2D;
  dispose(): void;
}

export const askedNets = (nets: readonly Weights[]): AskedNets => {
  const all = nets.map((weights) => ({ graph: weights.net.graph, tensors: graphTensors(weights) }));
  return {
    probabilities(net, images) {
      const { graph, tensors } = all[net]!;
      return tf.softmax(runGraph<tf.Tensor2D>(graph, tensors, { images }, graph.logits));
    },
    dispose: () => tf.dispose(all.map(({ tensors }) => tensors)),
  };
};
