import { cpus } from 'node:os';
import type { BackendName, Inference, InferenceName } from '../contracts/stats.ts';
import { ConfigError, messageOf } from '../errors.ts';
import { loadOnnxruntime, type Onnxruntime, onnxruntimeVersion } from './onnxruntime.ts';

/** What runs nets that only predict, where it is not the backend, and beside wasm what is compiled. */
export interface InferenceEngine {
  readonly library: Onnxruntime;
  readonly threads: number;
}

/** A process has one, as it has one backend. */
let running: InferenceEngine | undefined;

/** The engine that was started with the backend; none where the backend predicts itself. */
export const inferenceEngine = (): InferenceEngine | undefined => running;

export interface InferenceChoice {
  /** Take this one or fail; by default the fastest that works, or the backend itself where that was forced. */
  readonly wanted: InferenceName | undefined;
  readonly backend: BackendName;
  /** Whether somebody asked for this backend: then no other one computes beside it. */
  readonly forced: boolean;
  readonly threads: number;
}

/** What was started, or why nothing was. */
export interface StartedInference {
  readonly inference?: Inference;
  readonly reason?: string;
}

/**
 * Starts what predicts from now on: onnxruntime on a processor, which is faster than each of the backends there, else the backend.
 * @throws ConfigError where onnxruntime was asked for and cannot be loaded
 */
export const startInference = ({ wanted, backend, forced, threads }: InferenceChoice): StartedInference => {
  running = undefined;
  if (wanted === 'backend' || (wanted === undefined && (forced || backend === 'tensorflow-gpu'))) return {};
  const library = loadOnnxruntime();
  if (library instanceof Error) {
    const why = `onnxruntime-node cannot be loaded here (${messageOf(library).split('\n')[0]})`;
    if (wanted === undefined) return { reason: `${backend} predicts, because ${why}` };
    const help = 'Run `npm ci` without --omit=optional, or let the backend predict.';
    throw new ConfigError(`onnxruntime was asked for to predict, but ${why}. ${help}`, { cause: library });
  }
  running = { library, threads };
  // Which instructions it computes with, and so how it rounds, depends on the processor.
  const processor = cpus()[0]?.model.trim() || 'an unknown processor';
  return { inference: { name: 'onnxruntime', version: onnxruntimeVersion(), threads, processor } };
};
