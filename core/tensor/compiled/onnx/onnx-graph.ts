import * as tf from '@tensorflow/tfjs-core';
import type { InferenceEngine } from '../../inference.ts';
import { openOnnxSession } from '../../onnxruntime.ts';
import type { LoadedGraph } from '../loaded-graph.ts';
import { recordKernels } from './record-kernels.ts';
import { inputName, kernelsToOnnx, outputName } from './to-onnx.ts';

/**
 * Work as a session of onnxruntime: the kernels of one call as TensorFlow.js runs them.
 * @returns nothing where one of them has no counterpart
 * @throws RangeError when the work reads values, or a tensor that is neither an input nor its own
 */
export async function onnxGraph(
  { library, threads }: InferenceEngine,
  inputs: readonly tf.Tensor[],
  work: () => readonly tf.Tensor[],
): Promise<LoadedGraph | undefined> {
  const recorded = recordKernels(inputs, work);
  const model = kernelsToOnnx(inputs, recorded);
  if (model === undefined) return undefined;
  // Nothing is decoded beside a training.
  const session = await openOnnxSession(library, model, threads, true);
  return {
    run: async (inputs) => {
      const feeds = inputs.map((tensor, i) => {
        const { dtype, shape } = tensor;
        return [inputName(i), new library.Tensor(dtype as 'float32', tensor.dataSync<'float32'>(), shape)] as const;
      });
      const found = await session.run(Object.fromEntries(feeds));
      return recorded.outputs.map(({ shape, dtype }, i) =>
        tf.tensor(found[outputName(i)]!.data as Float32Array, [...shape], dtype),
      );
    },
    dispose: () => void session.release(),
  };
}
