import type { FoldedTensors } from '../nets/folded.ts';
import { inferenceEngine } from '../tensor/inference.ts';
import type { GraphRunner, RunnableNet } from './graph-runner.ts';
import { runOnBackend } from './on-backend.ts';
import { runOnOnnxruntime } from './on-onnxruntime.ts';

/** Makes a net ready on what predicts in this process. @param batch - most images at once */
export const startGraph = (net: RunnableNet, tensors: FoldedTensors, batch: number): Promise<GraphRunner> => {
  const engine = inferenceEngine();
  return engine === undefined ? runOnBackend(net, tensors, batch) : runOnOnnxruntime(engine, net, tensors, batch);
};
