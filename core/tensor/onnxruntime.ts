import { createRequire } from 'node:module';
import type * as Onnx from 'onnxruntime-node';

const require = createRequire(import.meta.url);

/** The library that runs ONNX models. */
export type Onnxruntime = typeof Onnx;

/** onnxruntime, or why it cannot be loaded: it is an optional dependency, and not there for every machine. */
export function loadOnnxruntime(): Onnxruntime | Error {
  try {
    return require('onnxruntime-node') as Onnxruntime;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

export function onnxruntimeVersion(): string {
  return require('onnxruntime-node/package.json').version as string;
}

/**
 * Makes a model ready on the processor; `release` the session.
 * @param threads - that one operation may compute with
 * @param spinning - whether they wait for the next pass by trying again and again: as fast as can be, on cores that nobody else could use
 * @throws Error where the bytes are no model that it can run
 */
export function openOnnxSession(
  { InferenceSession }: Onnxruntime,
  model: Uint8Array,
  threads: number,
  spinning = false,
): Promise<Onnx.InferenceSession> {
  return InferenceSession.create(model, {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: spinning ? '1' : '0' } } },
    // Errors alone: what an optimiser finds odd about a model is nothing that its user can change.
    logSeverityLevel: 3,
  });
}
