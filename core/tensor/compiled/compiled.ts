import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { onProcessorOfTensorflow, type TensorflowBackend, tensorflowBackend } from '../tensorflow-op.ts';
import { recordOps } from './record-ops.ts';
import { SAVED_MODEL, savedModel, TAG } from './saved-model.ts';

/** Work on tensors that is done as a whole where that can be. */
export interface Compiled<Inputs extends readonly tf.Tensor[], Outputs extends readonly tf.Tensor[]> {
  /** The caller disposes the outputs. @throws what the work throws */
  run(...inputs: Inputs): Outputs;
  dispose(): void;
}

/**
 * Work that TensorFlow runs as one graph, as `tf.function` does for Python: on the processor the operations of the first call for
 * inputs of some shapes are recorded, and every call runs the record at once; the first call does the work
 * twice. Each operation's own call from Node costs a tenth of a
 * millisecond, a seventh of a training step. The values are the same to rounding, as TensorFlow may join operations, and every call for the same inputs
 * gives the same bits. Elsewhere every call just does the work.
 *
 * @param work - tensors of the inputs alone: the same operations for inputs of the same shapes, no chance, nothing read, and no other tensor
 * than its inputs and those it makes. Gradients may be taken within, not through it. Its outputs are none of its inputs.
 * @throws RangeError when it reads values or a tensor that it was not given
 */
export const compiled = <Inputs extends readonly tf.Tensor[], Outputs extends readonly tf.Tensor[]>(
  work: (...inputs: Inputs) => Outputs,
): Compiled<Inputs, Outputs> => {
  const asItIs = (...inputs: Inputs): Outputs => tf.tidy(() => [...work(...inputs)]) as unknown as Outputs;
  if (!onProcessorOfTensorflow()) return { run: asItIs, dispose: () => undefined };
  const backend = tensorflowBackend();
  const loaded = new Map<string, Loaded>();
  return {
    run(...inputs) {
      const kind = inputs.map(({ shape, dtype }) => `${dtype}[${shape}]`).join();
      const own = loaded.get(kind) ?? load(backend, inputs, () => asItIs(...inputs));
      loaded.set(kind, own);
      return backend.binding
        .runSavedModel(own.session, backend.getInputTensorIds(inputs), own.inputs, own.outputs)
        .map((output) => backend.createOutputTensor(output)) as unknown as Outputs;
    },
    dispose() {
      for (const { session } of loaded.values()) backend.binding.deleteSavedModel(session);
      loaded.clear();
    },
  };
};

/** A graph in TensorFlow's memory. */
interface Loaded {
  readonly session: number;
  /** Names of tensors, with commas between them. */
  readonly inputs: string;
  readonly outputs: string;
}

function load(backend: TensorflowBackend, inputs: readonly tf.Tensor[], work: () => readonly tf.Tensor[]): Loaded {
  const { graph, inputNames, outputNames } = recordOps(backend, inputs, work);
  // The addon loads graphs from folders alone.
  const folder = mkdtempSync(join(tmpdir(), 'omnidistill-graph-'));
  try {
    writeFileSync(join(folder, SAVED_MODEL), savedModel(graph));
    const session = backend.binding.loadSavedModel(folder, TAG);
    return { session, inputs: inputNames.join(), outputs: outputNames.join() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
