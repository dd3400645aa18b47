import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import type { Backend } from '../contracts/stats.ts';
import { ConfigError, messageOf } from '../errors.ts';

export const BACKENDS = ['tensorflow', 'wasm'] as const;
export type BackendName = (typeof BACKENDS)[number];

export interface BackendOptions {
  /** Take this one or fail; by default the fastest that is there. */
  readonly forced?: BackendName | undefined;
  /** Threads of TensorFlow's operations. wasm has one under Node. @default 1, so that jobs side by side do not fight */
  readonly threads?: number | undefined;
}

const require = createRequire(import.meta.url);

/** Folder of an installed package, or undefined. */
const packageFolder = (name: string): string | undefined => {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
};

/** The addon that `npm run setup:tensorflow` builds, or undefined where it was not built. */
export const tensorflowAddon = (): string | undefined => {
  const folder = packageFolder('@tensorflow/tfjs-node-gpu');
  const addon = folder && join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
  return addon && existsSync(addon) ? addon : undefined;
};

const useTensorflow = async (threads: number): Promise<Backend> => {
  // Read by the library when it is loaded; one thread and a fixed order of sums make runs repeatable.
  process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
  process.env.TF_NUM_INTEROP_THREADS ??= '1';
  process.env.OMP_NUM_THREADS ??= String(threads);
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  // tfjs-node 4.22 calls two functions that Node 23 removed (tfjs#8425).
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value == null, isArray: Array.isArray });
  quiet(() => require('@tensorflow/tfjs-node-gpu'));
  await tf.setBackend('tensorflow');
  const backend = tf.backend() as unknown as { binding: { TF_Version: string }; isUsingGpuDevice: boolean };
  const name = backend.isUsingGpuDevice ? 'tensorflow-gpu' : 'tensorflow';
  return {
    name,
    versions: { ...versions(), tensorflow: backend.binding.TF_Version, 'tfjs-node-gpu': '4.22.0' },
    threads,
  };
};

/** tfjs prints an advert for tfjs-node while tfjs-node is being loaded. */
const quiet = (load: () => void): void => {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    load();
  } finally {
    console.warn = warn;
  }
};

const useWasm = async (): Promise<Backend> => {
  const { setWasmPaths, version_wasm } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${packageFolder('@tensorflow/tfjs-backend-wasm')}/dist/`);
  if (!(await tf.setBackend('wasm'))) throw new ConfigError('The wasm backend of TensorFlow.js did not start.');
  return { name: 'wasm', versions: { ...versions(), 'tfjs-backend-wasm': version_wasm }, threads: 1 };
};

/** The Node build of tfjs-core comes without gradients; the union package registers them for every copy of it. */
const registerGradients = (): void => quiet(() => require('@tensorflow/tfjs'));

const versions = (): Record<string, string> => ({ node: process.version, 'tfjs-core': tf.version_core });

/**
 * Starts the fastest backend that is installed: TensorFlow where `npm run setup:tensorflow` has run, else wasm.
 * @throws ConfigError when the forced backend cannot be had
 */
export const selectBackend = async ({ forced, threads = 1 }: BackendOptions = {}): Promise<Backend> => {
  registerGradients();
  if (forced === 'wasm' || (forced === undefined && tensorflowAddon() === undefined)) return useWasm();
  if (tensorflowAddon() === undefined) {
    throw new ConfigError('Backend tensorflow was asked for but is not built here. Run `npm run setup:tensorflow`.');
  }
  try {
    return await useTensorflow(threads);
  } catch (error) {
    throw new ConfigError(
      `The TensorFlow addon does not load: ${messageOf(error)}. Run \`npm run setup:tensorflow\`, or use --backend wasm.`,
      { cause: error },
    );
  }
};
