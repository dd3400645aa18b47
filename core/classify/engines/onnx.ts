import type { AskedClassifier } from '../../nets/classify.ts';
import { type Onnxruntime, onnxruntimeVersion, openOnnxSession } from '../../tensor/onnxruntime.ts';

/** @param threads - that it may compute with. @throws Error where the bytes are no model that it can run */
export const startOnnx = async (onnxruntime: Onnxruntime, model: Buffer, threads: number): Promise<AskedClassifier> => {
  const session = await openOnnxSession(onnxruntime, model, threads);
  const lacking = ['logits', 'probabilities', 'embedding'].filter((name) => !session.outputNames.includes(name));
  if (lacking.length > 0 || session.inputNames.join() !== 'pixels') {
    await session.release();
    throw new Error(
      `it takes ${session.inputNames.join(', ')} and gives ${session.outputNames.join(', ')}; a classifier takes pixels and gives logits, probabilities and embedding`,
    );
  }
  return {
    runtime: `onnxruntime-node ${onnxruntimeVersion()}`,
    async classify({ pixels, count, size, channels }) {
      const input = new onnxruntime.Tensor('uint8', pixels, [count, size, size, channels]);
      const results = await session.run({ pixels: input });
      const values = (name: string): Float32Array => results[name]!.data as Float32Array;
      return { logits: values('logits'), probabilities: values('probabilities'), embeddings: values('embedding') };
    },
    dispose: () => session.release(),
  };
};
