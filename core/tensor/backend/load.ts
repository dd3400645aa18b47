import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '../../errors.ts';
import type { Binding, TensorflowBackend } from '../tensorflow-op.ts';
import { packageFolder, tensorflowAddon } from './addon.ts';

const require = createRequire(import.meta.url);

/** The Node build of tfjs-core comes without gradients; the union package registers them for every copy of it. */
export const registerGradients = (): void => quiet(() => require('@tensorflow/tfjs'));

type NodeBackend = tf.KernelBackend & TensorflowBackend;

/** What a loaded TensorFlow says of itself. */
export interface LoadedTensorflow {
  readonly version: string;
  readonly usesGpu: boolean;
}

/**
 * Loads the addon and makes it the backend, as the package's own index does without the saving, the progress bars and
 * the installer that it loads beside. A second call finds what the first has loaded: a process has one TensorFlow.
 * @param folder - of the package tfjs-node-gpu
 * @throws what the dynamic loader says
 */
export const loadTensorflow = async (folder: string): Promise<LoadedTensorflow> => {
  const backend = (tf.findBackend('tensorflow') as NodeBackend | null) ?? newBackend(folder);
  await tf.setBackend('tensorflow');
  return { version: backend.binding.TF_Version, usesGpu: backend.isUsingGpuDevice };
};

/** @returns the version of the wasm backend, which is running then */
export const loadWasm = async (): Promise<string> => {
  const { setWasmPaths, version_wasm } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${packageFolder('@tensorflow/tfjs-backend-wasm')}/dist/`);
  if (!(await tf.setBackend('wasm'))) throw new ConfigError('The wasm backend of TensorFlow.js did not start.');
  return version_wasm;
};

function newBackend(folder: string): NodeBackend {
  const binding = require(tensorflowAddon(folder)!) as Binding;
  // tfjs-node 4.22 calls two functions that Node 23 removed (tfjs#8425).
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value == null, isArray: Array.isArray });
  quiet(() => require(join(folder, 'dist', 'register_all_kernels')));
  const { NodeJSKernelBackend } = require(join(folder, 'dist', 'nodejs_kernel_backend')) as {
    NodeJSKernelBackend: new (binding: Binding, packageName: string) => NodeBackend;
  };
  const backend = new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu');
  tf.registerBackend('tensorflow', () => backend, 3);
  return backend;
}

/** tfjs prints an advert for tfjs-node while it is being loaded. */
function quiet(load: () => void): void {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    load();
  } finally {
    console.warn = warn;
  }
}
