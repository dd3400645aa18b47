import { encodeNetOnnx } from '../exchange/onnx.ts';
import type { FoldedTensors } from '../nets/folded.ts';
import type { InferenceEngine } from '../tensor/inference.ts';
import { openOnnxSession } from '../tensor/onnxruntime.ts';
import type { GraphRunner, RunnableNet } from './graph-runner.ts';

/** More at once is no faster, and takes more memory: the maps of so many small images fit a processor's caches. */
const MOST_AT_ONCE = 64;

/** Runs a net in onnxruntime, on the file that a release would hold of it. */
export const runOnOnnxruntime = async (
  { library, threads }: InferenceEngine,
  net: RunnableNet,
  tensors: FoldedTensors,
  batch: number,
): Promise<GraphRunner> => {
  const { size, channels } = net;
  const session = await openOnnxSession(library, encodeNetOnnx(net, tensors), threads);
  return {
    batch: Math.min(batch, MOST_AT_ONCE),
    async run(images, count) {
      const standardised = new library.Tensor('float32', images, [count, size, size, channels]);
      const { embedding, logits } = await session.run({ standardised });
      return { embeddings: embedding!.data as Float32Array, logits: logits!.data as Float32Array };
    },
    dispose: () => session.release(),
  };
};
