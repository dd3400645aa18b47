import type * as Onnx from 'onnxruntime-node';
import { loadOnnxruntime, type Onnxruntime, onnxruntimeVersion, openOnnxSession } from '../../tensor/onnxruntime.ts';
import { BackboneError } from '../backbone-error.ts';
import type { LoadModel, ModelValue } from '../runtime.ts';

/** Runs an ONNX model on the CPU. */
export const load: LoadModel = async (files, threads) => {
  const library = onnxruntime();
  const [model] = files.values();
  const session = await openOnnxSession(library, model!, threads);
  const [input] = session.inputNames;
  return {
    runtime: `onnxruntime-node ${onnxruntimeVersion()}`,
    inputs: session.inputMetadata.map(describe),
    outputs: session.outputMetadata.map(describe),
    inner: new Set(),
    async run(values, shape, output) {
      const results = await session.run({ [input!]: new library.Tensor('float32', values, [...shape]) }, [output]);
      const result = results[output]!;
      return { shape: result.dims, values: result.data as Float32Array };
    },
    dispose: () => session.release(),
  };
};

function describe(value: Onnx.InferenceSession.ValueMetadata): ModelValue {
  return value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: 'no tensor', shape: undefined };
}

/** A process that runs no ONNX model never loads it. */
function onnxruntime(): Onnxruntime {
  const library = loadOnnxruntime();
  if (!(library instanceof Error)) return library;
  throw new BackboneError(
    `uri: ONNX models need the package onnxruntime-node, which cannot be loaded on this ${process.platform} ${process.arch}. ` +
      'Run `npm ci` without --omit=optional, or give the model in the format of TF.js.',
    { cause: library },
  );
}
