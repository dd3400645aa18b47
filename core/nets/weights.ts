import type { NamedTensor } from '../format/safetensors.ts';
import { sizeOf } from '../tensor/flat.ts';
import { random } from '../tensor/random.ts';
import type { Net, TensorSpec } from './net.ts';

/** A trained net: its parameters and batch-norm statistics as flat vectors, in the order of the net's specs. */
export interface Weights {
  readonly net: Net;
  readonly parameters: Float32Array;
  /** Empty where the net has no batch norm. */
  readonly batchNormStats: Float32Array;
}

export const parameterCount = (net: Net): number => total(net.parameters);

/**
 * Fresh parameters: kernels and head as the net's architecture wants them, gamma 1, beta 0.
 * @param stream - names the random stream, e.g. `[seed, 'primitive']`
 * @returns one flat vector in the order of `net.parameters`
 */
export const freshParameters = (net: Net, stream: readonly (string | number)[]): Float32Array => {
  const draw = random(...stream, 'weights');
  const he = net.architecture.initial === 'he';
  const parameters = new Float32Array(parameterCount(net));
  let offset = 0;
  let inputs = 1;
  for (const spec of net.parameters) {
    const values = parameters.subarray(offset, offset + sizeOf(spec));
    offset += values.length;
    const fill = (next: () => number): void => values.forEach((_, i) => (values[i] = next()));
    // A bias follows its kernel and has as many inputs.
    if (isKernel(spec)) inputs = values.length / spec.shape.at(-1)!;
    if (spec.name.endsWith('gamma')) values.fill(1);
    else if (spec.name.endsWith('beta') || (he && spec.name.endsWith('bias'))) values.fill(0);
    else if (!he) fill(() => draw.uniform(-1 / Math.sqrt(inputs), 1 / Math.sqrt(inputs)));
    else if (spec.name === 'head.kernel') fill(() => draw.normal() / Math.sqrt(inputs));
    else fill(() => draw.normal() * Math.sqrt(2 / inputs));
  }
  return parameters;
};

/**
 * Which parameters weight decay acts on: 1 for those of kernels and of the head, 0 for biases and for what scales and shifts behind
 * a norm, which it would only hold back.
 * @returns one flat vector in the order of `net.parameters`
 */
export const decayingParameters = (net: Net): Float32Array => {
  const flat = new Float32Array(total(net.parameters));
  let offset = 0;
  for (const spec of net.parameters) {
    flat.fill(isKernel(spec) ? 1 : 0, offset, offset + sizeOf(spec));
    offset += sizeOf(spec);
  }
  return flat;
};

/** The content of `model.safetensors`. */
export const weightsToTensors = ({ net, parameters, batchNormStats }: Weights): Record<string, NamedTensor> =>
  Object.fromEntries([...named(parameters, net.parameters), ...named(batchNormStats, net.batchNormStats)]);

/** @throws RangeError when a tensor is missing or has another shape than `net` asks for */
export const weightsFromTensors = (net: Net, tensors: Readonly<Record<string, NamedTensor>>): Weights => {
  const collect = (specs: readonly TensorSpec[]): Float32Array => {
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
  return { net, parameters: collect(net.parameters), batchNormStats: collect(net.batchNormStats) };
};

function named(flat: Float32Array, specs: readonly TensorSpec[]): [string, NamedTensor][] {
  let offset = 0;
  return specs.map((spec) => {
    const data = flat.slice(offset, offset + sizeOf(spec));
    offset += data.length;
    return [spec.name, { shape: spec.shape, data }];
  });
}

function isKernel({ name }: TensorSpec): boolean {
  return name.endsWith('kernel');
}

function total(specs: readonly TensorSpec[]): number {
  return specs.reduce((sum, spec) => sum + sizeOf(spec), 0);
}
