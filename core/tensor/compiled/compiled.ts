import * as tf from '@tensorflow/tfjs-core';
import { inferenceEngine } from '../inference.ts';
import { onProcessorOfTensorflow } from '../tensorflow-op.ts';
import type { LoadedGraph } from './loaded-graph.ts';
import { onnxGraph } from './onnx/onnx-graph.ts';
import { tensorflowGraph } from './tensorflow-graph.ts';

/** Work on tensors that is done as a whole where that can be. */
export interface Compiled<Inputs extends readonly tf.Tensor[], Outputs extends readonly tf.Tensor[]> {
  /** Not to be called inside a `tf.tidy`: the outputs are the caller's to dispose. @throws what the work throws */
  run(...inputs: Inputs): Promise<Outputs>;
  dispose(): void;
}

/**
 * Work that runs as one graph, as `tf.function` does for Python: the operations of the first call for inputs of some shapes are recorded, and
 * every call runs the record at once; the first call does the work twice.
 *
 * On the processor TensorFlow runs the graph: each operation's own call from Node costs a tenth of a millisecond, a seventh of a training step.
 * Beside wasm onnxruntime runs it, where it predicts: its kernels have all of a processor's vectors and fused multiply-add, which
 * WebAssembly has not. Elsewhere, and where an operation has no counterpart in ONNX, every call just does the work. The values are the same to
 * rounding, and every call for the same inputs gives the same bits.
 *
 * @param work - tensors of the inputs alone: the same operations for inputs of the same shapes, no chance, nothing read, and no other tensor
 * than its inputs and those it makes. Gradients may be taken within, not through it. Its outputs are none of its inputs.
 * @throws RangeError when it reads values or a tensor that it was not given
 */
export const compiled = <Inputs extends readonly tf.Tensor[], Outputs extends readonly tf.Tensor[]>(
  work: (...inputs: Inputs) => Outputs,
): Compiled<Inputs, Outputs> => {
  const asItIs = (inputs: readonly tf.Tensor[]): tf.Tensor[] => tf.tidy(() => [...work(...(inputs as Inputs))]);
  const graphs = new Map<string, LoadedGraph>();
  return {
    async run(...inputs) {
      const kind = inputs.map(({ shape, dtype }) => `${dtype}[${shape}]`).join();
      const graph = graphs.get(kind) ?? (await load(inputs, () => asItIs(inputs))) ?? operations(asItIs);
      graphs.set(kind, graph);
      return (await graph.run(inputs)) as unknown as Outputs;
    },
    dispose() {
      for (const graph of graphs.values()) graph.dispose();
      graphs.clear();
    },
  };
};

/** Nothing where no graph runs, or not this one. */
async function load(inputs: readonly tf.Tensor[], work: () => tf.Tensor[]): Promise<LoadedGraph | undefined> {
  if (onProcessorOfTensorflow()) return tensorflowGraph(inputs, work);
  const engine = inferenceEngine();
  return engine !== undefined && tf.getBackend() === 'wasm' ? onnxGraph(engine, inputs, work) : undefined;
}

/** The work as it is. */
function operations(work: (inputs: readonly tf.Tensor[]) => tf.Tensor[]): LoadedGraph {
  return { run: async (inputs) => work(inputs), dispose: () => undefined };
}
