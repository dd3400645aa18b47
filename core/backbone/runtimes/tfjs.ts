import type { GraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { z } from 'zod';
import { selectBackend } from '../../tensor/backend.ts';
import type { ModelFiles } from '../model-files.ts';
import type { LoadedModel, LoadModel, ModelOutput, ModelValue } from '../runtime.ts';

const ModelJson = z.looseObject({
  modelTopology: z.looseObject({ node: z.array(z.looseObject({ name: z.string() })).optional() }),
  weightsManifest: z.array(z.looseObject({ paths: z.array(z.string()), weights: z.array(z.looseObject({})) })),
});
type ModelJson = z.infer<typeof ModelJson>;

/** Runs a graph or layers model on the backend that the job computes on. */
export const load: LoadModel = async (files) => {
  // A job that computes nothing else, such as Prepare, has started none; wasm will do for its one image.
  if (!tf.getBackend()) await selectBackend({ forced: 'wasm' });
  const [first] = files.values();
  const json = ModelJson.parse(JSON.parse(first!.toString('utf8')));
  const source = tf.io.fromMemory(artifactsOf(json, files));
  return json.modelTopology.node === undefined ? loadLayers(source) : loadGraph(source, json.modelTopology.node);
};

function artifactsOf({ modelTopology, weightsManifest }: ModelJson, files: ModelFiles): tf.io.ModelArtifacts {
  const weights = Buffer.concat(weightsManifest.flatMap(({ paths }) => paths.map((path) => files.get(path)!)));
  return {
    modelTopology,
    weightSpecs: weightsManifest.flatMap((group) => group.weights) as unknown as tf.io.WeightsManifestEntry[],
    weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length) as ArrayBuffer,
  };
}

async function loadGraph(source: tf.io.IOHandler, nodes: readonly { readonly name: string }[]): Promise<LoadedModel> {
  const { loadGraphModel } = await import('@tensorflow/tfjs-converter');
  const model: GraphModel = await loadGraphModel(source);
  return {
    ...described(model),
    inner: new Set(nodes.map(({ name }) => name)),
    run: (input, shape, output) => answer(input, shape, (images) => model.execute(images, output) as tf.Tensor),
    dispose: async () => model.dispose(),
  };
}

async function loadLayers(source: tf.io.IOHandler): Promise<LoadedModel> {
  const { loadLayersModel, model: layersModel } = await import('@tensorflow/tfjs-layers');
  const model = await loadLayersModel(source);
  const parts = new Map<string, LayersModel>();
  const upTo = (output: string): LayersModel => {
    const end = model.getLayer(output).output as SymbolicTensor;
    const part = parts.get(output) ?? layersModel({ inputs: model.inputs, outputs: end });
    parts.set(output, part);
    return part;
  };
  // By the names of their layers, under which all layers are known.
  const outputs = model.outputs.map(({ dtype, shape, sourceLayer }) => ({ name: sourceLayer.name, dtype, shape }));
  return {
    ...described({ inputs: model.inputs, outputs }),
    inner: new Set(model.layers.map(({ name }) => name)),
    run: (input, shape, output) =>
      answer(input, shape, (images) => upTo(output).predict(images, { batchSize: shape[0]! }) as tf.Tensor),
    dispose: async () => void model.dispose(),
  };
}

/** What both kinds of model say of a value. */
interface TensorInfo {
  readonly name: string;
  readonly dtype: string;
  readonly shape?: readonly (number | null)[] | undefined;
}

function described(model: {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}): Pick<LoadedModel, 'runtime' | 'inputs' | 'outputs'> {
  const describe = ({ name, dtype, shape }: TensorInfo): ModelValue => ({
    name,
    type: dtype,
    shape: shape?.map((side) => side ?? -1),
  });
  return {
    runtime: `tfjs ${tf.version_core} on ${tf.getBackend()}`,
    inputs: model.inputs.map(describe),
    outputs: model.outputs.map(describe),
  };
}

async function answer(
  input: Float32Array,
  shape: readonly number[],
  run: (images: tf.Tensor) => tf.Tensor,
): Promise<ModelOutput> {
  const result = tf.tidy(() => run(tf.tensor(input, [...shape])));
  try {
    return { shape: result.shape, values: (await result.data()) as Float32Array };
  } finally {
    result.dispose();
  }
}
