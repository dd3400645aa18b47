import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensor } from '../format/safetensors.ts';
import { random } from '../tensor/random.ts';
import { momentsOf, type NetSpec, type ParameterSpec, parametersOf } from './k2.ts';

/** A trained net: its parameters and batch-norm statistics as flat vectors, in the order of the net's specs. */
export interface Weights {
  readonly spec: NetSpec;
  readonly theta: Float32Array;
  readonly moments: Float32Array;
}

export const sizeOf = ({ shape }: ParameterSpec): number => shape.reduce((product, side) => product * side, 1);

const total = (specs: readonly ParameterSpec[]): number => specs.reduce((sum, spec) => sum + sizeOf(spec), 0);

export const parameterCount = (spec: NetSpec): number => total(parametersOf(spec));

/**
 * Fresh parameters: kernels by He et al. for ReLU, the head by 1/√inputs, gamma 1, beta and bias 0.
 * @param stream - names the random stream, e.g. `[seed, 'primitive']`
 */
export const initialTheta = (spec: NetSpec, stream: readonly (string | number)[]): Float32Array => {
  const draw = random(...stream, 'weights');
  const theta = new Float32Array(parameterCount(spec));
  let offset = 0;
  for (const parameter of parametersOf(spec)) {
    const size = sizeOf(parameter);
    const fanIn = size / parameter.shape.at(-1)!;
    const values = theta.subarray(offset, offset + size);
    if (parameter.name.endsWith('gamma')) values.fill(1);
    else if (parameter.name === 'head.kernel') values.forEach((_, i) => (values[i] = draw.normal() / Math.sqrt(fanIn)));
    else if (parameter.name.endsWith('kernel')) {
      values.forEach((_, i) => (values[i] = draw.normal() * Math.sqrt(2 / fanIn)));
    }
    offset += size;
  }
  return theta;
};

/** The parts of a flat vector as tensors of their shapes; differentiable. */
export const unflatten = (flat: tf.Tensor1D, specs: readonly ParameterSpec[]): tf.Tensor[] =>
  tf.split(flat, specs.map(sizeOf)).map((part, i) => tf.reshape(part, [...specs[i]!.shape]));

/** Any tensors as one flat vector. */
export const flatten = (tensors: readonly tf.Tensor[]): tf.Tensor1D =>
  tf.concat(tensors.map((tensor) => tf.reshape(tensor, [tensor.size]) as tf.Tensor1D));

const named = (flat: Float32Array, specs: readonly ParameterSpec[]): [string, NamedTensor][] => {
  let offset = 0;
  return specs.map((spec) => {
    const data = flat.slice(offset, offset + sizeOf(spec));
    offset += data.length;
    return [spec.name, { shape: spec.shape, data }];
  });
};

/** The content of `model.safetensors`. */
export const weightsToTensors = ({ spec, theta, moments }: Weights): Record<string, NamedTensor> =>
  Object.fromEntries([...named(theta, parametersOf(spec)), ...named(moments, momentsOf(spec))]);

/** @throws RangeError when a tensor is missing or has another shape than `spec` asks for */
export const weightsFromTensors = (spec: NetSpec, tensors: Readonly<Record<string, NamedTensor>>): Weights => {
  const collect = (specs: readonly ParameterSpec[]): Float32Array => {
    const flat = new Float32Array(total(specs));
    let offset = 0;
    for (const { name, shape } of specs) {
      const tensor = tensors[name];
      if (tensor === undefined || tensor.shape.join() !== shape.join()) {
        throw new RangeError(`Model tensor "${name}" must be [${shape}]. Received [${tensor?.shape ?? 'nothing'}].`);
      }
      flat.set(tensor.data, offset);
      offset += tensor.data.length;
    }
    return flat;
  };
  return { spec, theta: collect(parametersOf(spec)), moments: collect(momentsOf(spec)) };
};
