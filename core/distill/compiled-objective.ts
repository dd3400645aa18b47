import * as tf from '@tensorflow/tfjs-core';
import { namedTensors } from '../nets/run-graph.ts';
import { type Compiled, compiled } from '../tensor/compiled/compiled.ts';
import type { Look, Objective, Sides } from './objective.ts';

/** What matching lowers, its gradient as whole graphs where that can be; `dispose` them. */
export interface CompiledObjective {
  /** Its gradient by the synthetic images' pixels, which the caller disposes. */
  gradient(look: Look, sides: Sides): Promise<tf.Tensor4D>;
  dispose(): void;
}

type Gradient = Compiled<readonly [real: tf.Tensor4D, synthetic: tf.Tensor4D, ...net: tf.Tensor[]], [tf.Tensor4D]>;

/**
 * An objective whose gradient is one graph for each net's kind and each way of varying that has a name. One that differs from step to step,
 * or with a variation of numbers of its own, is computed as it is.
 */
export const compiledObjective = (objective: Objective): CompiledObjective => {
  const graphs = new Map<string, Gradient>();
  return {
    async gradient(look, sides) {
      const { way } = look.vary;
      if (objective.byStep || way === undefined) return tf.tidy(() => objective.gradient(look, sides));
      const { first, classes, real, synthetic } = sides;
      const names = Object.keys(look.tensors);
      const key = JSON.stringify([way, look.factor, first, classes, look.weights.net.graph]);
      const graph: Gradient =
        graphs.get(key) ??
        compiled((real, synthetic, ...values) => {
          const tensors = namedTensors(names, values);
          return [objective.gradient({ ...look, tensors }, { first, classes, real, synthetic })];
        });
      graphs.set(key, graph);
      return (await graph.run(real, synthetic, ...Object.values(look.tensors)))[0];
    },
    dispose() {
      for (const graph of graphs.values()) graph.dispose();
    },
  };
};
