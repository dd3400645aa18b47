import * as tf from '@tensorflow/tfjs-core';
import type { Backend, BackendName, InferenceName } from '../contracts/stats.ts';
import { messageOf } from '../errors.ts';
import { addonFix, addonTrouble, explainLoadError, SETUP, tensorflowFolder } from './backend/addon.ts';
import { refusal, type Trouble } from './backend/available.ts';
import { prepareEnvironment } from './backend/environment.ts';
import { type GpuTrouble, gpuMayBeHere, gpuName, gpuTrouble, preloadCuda } from './backend/gpu.ts';
import { type LoadedTensorflow, loadTensorflow, loadWasm, registerGradients } from './backend/load.ts';
import { startInference } from './inference.ts';

export { BACKENDS, type BackendName } from '../contracts/stats.ts';
export { tensorflowAddon } from './backend/addon.ts';
export { forcedBackend, forcedInference } from './backend/name.ts';

export interface BackendOptions {
  /** Take this one or fail; by default the fastest that works. */
  readonly forced?: BackendName | undefined;
  /** What predicts: take this or fail. @default onnxruntime where it loads, but a GPU or a forced backend predicts itself */
  readonly inference?: InferenceName | undefined;
  /** Threads of TensorFlow's operations. wasm has one under Node. @default 1, so that jobs side by side do not fight */
  readonly threads?: number | undefined;
  /** Threads of an operation that predicts. @default threads */
  readonly inferenceThreads?: number | undefined;
  /** Whether anything learns: without gradients the backend is there in half the time. @default true */
  readonly gradients?: boolean | undefined;
  /** Folder of tfjs-node-gpu. @default the installed one */
  readonly folder?: string | undefined;
}

/** The backend that was started, and why it was this one. */
export type SelectedBackend = Backend & { readonly name: BackendName; readonly reason: string };

const ASKED_FOR = 'it was asked for';

/**
 * Starts a backend, and what predicts beside it.
 * @throws ConfigError when what was asked for cannot be had; it names what is missing and the command that helps
 */
export const selectBackend = async (options: BackendOptions = {}): Promise<SelectedBackend> => {
  const { forced, inference: wanted, threads = 1, inferenceThreads = threads } = options;
  const backend = await startBackend(options);
  const choice = { wanted, backend: backend.name, forced: forced !== undefined, threads: inferenceThreads };
  const { inference, reason } = startInference(choice);
  return {
    ...backend,
    reason: reason === undefined ? backend.reason : `${backend.reason}; ${reason}`,
    ...(inference && { inference }),
  };
};

/**
 * Starts a backend: tensorflow-gpu where TensorFlow finds a GPU, tensorflow where `npm run setup:tensorflow` has run,
 * else wasm. A process loads one TensorFlow: what it was started with (threads, hidden GPU) stays.
 * @throws ConfigError when the forced backend cannot be had; it names what is missing and the command that helps
 */
async function startBackend({
  forced,
  threads = 1,
  gradients = true,
  folder = tensorflowFolder(),
}: BackendOptions): Promise<SelectedBackend> {
  if (gradients) registerGradients();
  if (forced === 'wasm') return startWasm(ASKED_FOR);
  if (forced === 'tensorflow') prepareEnvironment({ threads, gpu: 'hidden' });
  else {
    const usable = forced === 'tensorflow-gpu' || gpuMayBeHere();
    prepareEnvironment({ threads, gpu: usable ? 'usable' : 'none' });
    if (usable && folder !== undefined) preloadCuda(folder);
  }

  const tensorflow = await tryTensorflow(folder);
  if ('problem' in tensorflow) {
    if (forced === undefined) return startWasm(tensorflow.problem);
    throw refusal(forced, tensorflow);
  }
  const name = tensorflow.usesGpu ? 'tensorflow-gpu' : 'tensorflow';
  if (forced !== undefined && forced !== name) {
    throw refusal(
      forced,
      forced === 'tensorflow-gpu'
        ? noGpu(folder)
        : { problem: 'this process has loaded TensorFlow with its GPU already; start another one' },
    );
  }
  const found = tensorflow.usesGpu ? 'the addon is there and TensorFlow finds a GPU' : undefined;
  const reason = forced === undefined ? (found ?? `the addon is there, and ${noGpu(folder).problem}`) : ASKED_FOR;
  return {
    name,
    reason,
    versions: { ...versions(), tensorflow: tensorflow.version, 'tfjs-node-gpu': '4.22.0' },
    threads,
    ...(tensorflow.usesGpu ? { device: gpuName() } : {}),
  };
}

async function startWasm(reason: string): Promise<SelectedBackend> {
  const version = await loadWasm();
  return { name: 'wasm', reason, versions: { ...versions(), 'tfjs-backend-wasm': version }, threads: 1 };
}

/** What speaks against loading TensorFlow, or what it says when it is loaded all the same. */
async function tryTensorflow(folder: string | undefined): Promise<LoadedTensorflow | Trouble> {
  const problem = addonTrouble(folder);
  if (problem !== undefined) return { problem, fix: addonFix(folder) };
  try {
    return await loadTensorflow(folder!);
  } catch (cause) {
    const words = messageOf(cause);
    return { problem: `the TensorFlow addon cannot be used: ${explainLoadError(words)} (${words})`, fix: SETUP, cause };
  }
}

/** TensorFlow itself says no more than that it uses no GPU. */
function noGpu(folder: string | undefined): GpuTrouble {
  return (
    gpuTrouble({ folder }) ?? {
      problem: 'TensorFlow finds no GPU that it can use',
      fix: 'TF_CPP_MIN_LOG_LEVEL=0 npx omnidistill doctor',
    }
  );
}

function versions(): Record<string, string> {
  return { node: process.version, 'tfjs-core': tf.version_core };
}
