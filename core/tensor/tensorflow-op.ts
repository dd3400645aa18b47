import * as tf from '@tensorflow/tfjs-core';

/** An attribute as the addon takes it. */
export interface OpAttribute {
  readonly name: string;
  /** One of `TF_ATTR_…`. */
  readonly type: number;
  readonly value: unknown;
}

/** A tensor as the addon knows it. */
export interface TensorOfBinding {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** The addon: TensorFlow's operations and graphs by name, tensors by number. */
export interface Binding {
  createTensor(shape: number[], dtype: number, values: NodeJS.TypedArray): number;
  executeOp(name: string, attributes: readonly OpAttribute[], inputs: number[], outputs: number): TensorOfBinding[];
  tensorDataSync(tensor: number): NodeJS.TypedArray;
  /** @returns a number for the two below */
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(session: number, inputs: number[], inputNames: string, outputNames: string): TensorOfBinding[];
  deleteSavedModel(session: number): void;
  TF_Version: string;
  TF_ATTR_TYPE: number;
  TF_ATTR_INT: number;
  TF_ATTR_FLOAT: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_STRING: number;
  TF_ATTR_SHAPE: number;
  TF_FLOAT: number;
}

/** What of tfjs-node's backend is used to call TensorFlow's operations by name. */
export interface TensorflowBackend {
  executeMultipleOutputs(name: string, attributes: OpAttribute[], inputs: tf.Tensor[], outputs: number): tf.Tensor[];
  getInputTensorIds(inputs: readonly tf.Tensor[]): number[];
  getDTypeInteger(dtype: tf.DataType): number;
  createOutputTensor(output: TensorOfBinding): tf.Tensor;
  /** Takes values that are uploaded when an operation first needs them. */
  move(dataId: object, values: NodeJS.TypedArray, shape: number[], dtype: tf.DataType, references: number): void;
  readonly isUsingGpuDevice: boolean;
  binding: Binding;
}

/** The backend that runs, which has to be TensorFlow. */
export const tensorflowBackend = (): TensorflowBackend => tf.backend() as unknown as TensorflowBackend;

/** Attributes by the kind that TensorFlow declares them as; types are all float32. */
export interface OpAttributes {
  readonly types: readonly string[];
  readonly floats?: Readonly<Record<string, number>>;
  readonly booleans?: Readonly<Record<string, boolean>>;
  readonly strings?: Readonly<Record<string, string>>;
  readonly integers?: Readonly<Record<string, readonly number[]>>;
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
}

/** Whether TensorFlow computes, and on the processor: there oneDNN's kernels can be called, too. */
export const onProcessorOfTensorflow = (): boolean =>
  tf.getBackend() === 'tensorflow' && !tensorflowBackend().isUsingGpuDevice;

/** Attribute of operations called `_MklNative…`, which TensorFlow puts in the place of its own where it runs whole graphs. */
export const ONEDNN_KERNEL = { _kernel: 'MklNameChangeOp' } as const;

/**
 * Runs one TensorFlow operation, e.g. a fused kernel that tfjs does not offer. No gradient is recorded.
 * @returns its first `count` outputs
 */
export const tensorflowOp = (
  name: string,
  { types, floats = {}, booleans = {}, strings = {}, integers = {}, shapes = {} }: OpAttributes,
  inputs: readonly tf.Tensor[],
  count: number,
): tf.Tensor[] => {
  const backend = tensorflowBackend();
  const { binding } = backend;
  const named = (type: number, values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).map(([name, value]) => ({ name, type, value }));
  const attributes = [
    ...types.map((name) => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT })),
    ...named(binding.TF_ATTR_FLOAT, floats),
    ...named(binding.TF_ATTR_STRING, strings),
    ...named(binding.TF_ATTR_BOOL, booleans),
    ...named(binding.TF_ATTR_INT, integers),
    ...named(binding.TF_ATTR_SHAPE, shapes),
  ];
  return backend.executeMultipleOutputs(name, attributes, [...inputs], count);
};

/** `dy` where `y` is above zero, else 0. */
export const reluGrad = (dy: tf.Tensor, y: tf.Tensor): tf.Tensor =>
  tensorflowOp('ReluGrad', { types: ['T'] }, [dy, y], 1)[0]!;
