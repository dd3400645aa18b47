import type { BackendName } from '../contracts/stats.ts';
import { ConfigError, DataError, messageOf } from '../errors.ts';
import { encodeOnnx } from '../exchange/onnx.ts';
import { askClassifier } from '../inference/ask-classifier.ts';
import type { AskedClassifier } from '../nets/classify.ts';
import { selectBackend } from '../tensor/backend.ts';
import { loadOnnxruntime } from '../tensor/onnxruntime.ts';
import { startOnnx } from './engines/onnx.ts';
import type { OpenedModel } from './open-model.ts';

export interface StartOptions {
  /** Computes instead of onnxruntime. */
  readonly backend?: BackendName | undefined;
  readonly threads: number;
}

/**
 * Makes a model ready on what is fastest here: onnxruntime where it can be loaded, else the backend that training uses. Both say the
 * same to 0.0001.
 * @throws DataError on an ONNX file that cannot be run, ConfigError on one without onnxruntime and without its tensors
 */
export const startClassifier = async (
  model: OpenedModel,
  { backend, threads }: StartOptions,
): Promise<AskedClassifier> => {
  const onnxruntime = backend === undefined ? loadOnnxruntime() : undefined;
  if (onnxruntime !== undefined && !(onnxruntime instanceof Error)) {
    const bytes = model.kind === 'onnx' ? model.bytes : encodeOnnx(model.classifier);
    try {
      return await startOnnx(onnxruntime, bytes, threads);
    } catch (cause) {
      throw new DataError(`${model.place} cannot be run by onnxruntime: ${messageOf(cause)}`, { cause });
    }
  }
  if (model.kind === 'onnx') {
    const why =
      onnxruntime === undefined
        ? `--backend ${backend} computes from tensors`
        : `onnxruntime-node cannot be loaded here (${messageOf(onnxruntime).split('\n')[0]})`;
    throw new ConfigError(`${model.place} is an ONNX file, and ${why}. Give the .safetensors of the release instead.`);
  }
  const { name } = await selectBackend({ forced: backend, threads });
  return askClassifier(model.classifier, name);
};
