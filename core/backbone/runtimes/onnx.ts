import { createRequire } from 'node:module';
import type * as Onnx from 'onnxruntime-node';
import { BackboneError } from '../backbone-error.ts';
import type { LoadModel, ModelValue } from '../runtime.ts';

const require = createRequire(import.meta.url);

/** Runs an ONNX model on the CPU. */
export const load: LoadModel = async (files, threads) => {
  const { InferenceSession, Tensor } = onnxruntime();
  const [model] = files.values();
  const session = await InferenceSession.create(model!, {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Errors alone: what an optimiser finds odd about a model is nothing that its user can change.
    logSeverityLevel: 3,
  });
  const [input] = session.inputNames;
  return {
    runtime: `onnxruntime-node ${require('onnxruntime-node/package.json').version as string}`,
    inputs: session.inputMetadata.map(describe),
    outputs: session.outputMetadata.map(describe),
    inner: new Set(),
    async run(values, shape, output) {
      const results = await session.run({ [input!]: new Tensor('float32', values, [...shape]) }, [output]);
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
function onnxruntime(): typeof Onnx {
  try {
    return require('onnxruntime-node') as typeof Onnx;
  } catch (cause) {
    throw new BackboneError(
      `uri: ONNX models need the package onnxruntime-node, which cannot be loaded on this ${process.platform} ${process.arch}. ` +
        'Run `npm ci` without --omit=optional, or give the model in the format of TF.js.',
      { cause },
    );
  }
}
