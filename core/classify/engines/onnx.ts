import { createRequire } from 'node:module';
import type * as Onnx from 'onnxruntime-node';
import type { AskedClassifier } from '../../nets/classify.ts';

const require = createRequire(import.meta.url);

/** onnxruntime, or why it cannot be loaded: it is an optional dependency, and not there for every machine. */
export function loadOnnxruntime(): typeof Onnx | Error {
  try {
    return require('onnxruntime-node') as typeof Onnx;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** @param threads - that it may compute with. @throws Error where the bytes are no model that it can run */
export const startOnnx = async (
  { InferenceSession, Tensor }: typeof Onnx,
  model: Buffer,
  threads: number,
): Promise<AskedClassifier> => {
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Errors alone.
    logSeverityLevel: 3,
  });
  const lacking = ['logits', 'probabilities', 'embedding'].filter((name) => !session.outputNames.includes(name));
  if (lacking.length > 0 || session.inputNames.join() !== 'pixels') {
    await session.release();
    throw new Error(
      `it takes ${session.inputNames.join(', ')} and gives ${session.outputNames.join(', ')}; a classifier takes pixels and gives logits, probabilities and embedding`,
    );
  }
  return {
    runtime: `onnxruntime-node ${require('onnxruntime-node/package.json').version as string}`,
    async classify({ pixels, count, size, channels }) {
      const input = new Tensor('uint8', pixels, [count, size, size, channels]);
      const results = await session.run({ pixels: input });
      const values = (name: string): Float32Array => results[name]!.data as Float32Array;
      return { logits: values('logits'), probabilities: values('probabilities'), embeddings: values('embedding') };
    },
    dispose: () => session.release(),
  };
};
