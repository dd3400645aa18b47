import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs-core';
import { tensorflowBackend } from '../tensorflow-op.ts';
import type { LoadedGraph } from './loaded-graph.ts';
import { recordOps } from './record-ops.ts';
import { SAVED_MODEL, savedModel, TAG } from './saved-model.ts';

/**
 * Work as a graph in TensorFlow's memory: the operations of one call as they reach the addon.
 * @throws RangeError when the work reads values, or a tensor that is neither an input nor its own
 */
export function tensorflowGraph(inputs: readonly tf.Tensor[], work: () => readonly tf.Tensor[]): LoadedGraph {
  const backend = tensorflowBackend();
  const { graph, inputNames, outputNames } = recordOps(backend, inputs, work);
  // The addon loads graphs from folders alone.
  const folder = mkdtempSync(join(tmpdir(), 'omnidistill-graph-'));
  try {
    writeFileSync(join(folder, SAVED_MODEL), savedModel(graph));
    const session = backend.binding.loadSavedModel(folder, TAG);
    // The addon wants them with commas between.
    const [from, to] = [inputNames.join(), outputNames.join()];
    return {
      run: async (inputs) =>
        backend.binding
          .runSavedModel(session, backend.getInputTensorIds(inputs), from, to)
          .map((output) => backend.createOutputTensor(output)),
      dispose: () => backend.binding.deleteSavedModel(session),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
