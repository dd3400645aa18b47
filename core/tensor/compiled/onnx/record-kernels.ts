import * as tf from '@tensorflow/tfjs-core';
import { notGiven, notToBeRead } from '../loaded-graph.ts';

/** A tensor without its values. */
export interface TensorSpec {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
}

/** One operation that was done. */
export interface KernelCall {
  /** As TensorFlow.js names it. */
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly outputs: readonly TensorSpec[];
}

/** A tensor that the work itself made of numbers. */
export interface Constant extends TensorSpec {
  readonly values: tf.DataTypeMap[tf.NumericDataType];
}

/** What was done, in its order. */
export interface RecordedKernels {
  readonly calls: readonly KernelCall[];
  readonly constants: readonly Constant[];
  readonly outputs: readonly TensorSpec[];
}

/** Parts of the engine that every operation goes through. */
interface Engine {
  runKernel(kernel: string, inputs: tf.NamedTensorMap, attributes?: object): tf.Tensor | tf.Tensor[];
  readSync(dataId: object): tf.DataTypeMap[tf.NumericDataType];
}

/**
 * Does work once and records each kernel that TensorFlow.js runs for it, gradients included.
 * @param work - on the inputs; what it returns is disposed
 * @throws RangeError when the work reads values, or a tensor that is neither an input nor its own
 */
export const recordKernels = (inputs: readonly tf.Tensor[], work: () => readonly tf.Tensor[]): RecordedKernels => {
  const engine = tf.engine() as unknown as Engine;
  const { runKernel, readSync } = engine;
  const calls: KernelCall[] = [];
  const constants: Constant[] = [];
  const known = new Set(inputs.map(({ id }) => id));
  const last = lastTensor();
  const use = (tensor: tf.Tensor): TensorSpec => {
    const spec = specOf(tensor);
    if (known.has(spec.id)) return spec;
    if (spec.id <= last) return notGiven();
    known.add(spec.id);
    constants.push({ ...spec, values: readSync.call(engine, tensor.dataId) });
    return spec;
  };
  const make = (tensor: tf.Tensor): TensorSpec => {
    known.add(tensor.id);
    return specOf(tensor);
  };

  engine.runKernel = (kernel, given, attributes = {}) => {
    // Absent ones stand there as undefined.
    const used = Object.entries(given).filter(([, tensor]) => tensor != null);
    const inputs = Object.fromEntries(used.map(([name, tensor]) => [name, use(tensor)]));
    const made = runKernel.call(engine, kernel, given, attributes);
    calls.push({ kernel, inputs, attributes: { ...attributes }, outputs: [made].flat().map(make) });
    return made;
  };
  engine.readSync = notToBeRead;
  try {
    const outputs = work();
    const specs = outputs.map(use);
    for (const output of outputs) output.dispose();
    return { calls, constants, outputs: specs };
  } finally {
    engine.runKernel = runKernel;
    engine.readSync = readSync;
  }
};

const specOf = ({ id, shape, dtype }: tf.Tensor): TensorSpec => ({ id, shape, dtype });

/** Tensors are numbered as they are made. */
function lastTensor(): number {
  const tensor = tf.scalar(0);
  tensor.dispose();
  return tensor.id;
}
