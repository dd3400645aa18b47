import * as tf from '@tensorflow/tfjs-core';
import { conv2d } from '../tensor/conv.ts';
import { groupNorm } from '../tensor/group-norm.ts';
import { random } from '../tensor/random.ts';
import { relu } from '../tensor/relu-pool.ts';
import type { ParameterSpec } from './k2.ts';

/** What decides the shape of a ConvNet, the net that dataset distillation is measured with. */
export interface ConvNetSpec {
  /** Height and width of the image in pixels. */
  readonly size: number;
  /** Channels of the image. */
  readonly channels: number;
  readonly classes: number;
  /** Channels of each block's convolution; as many blocks as widths. */
  readonly widths: readonly number[];
  /** Groups of each block's norm; `instance` is one group per channel, `none` a bias instead of a norm. */
  readonly norm: 'instance' | 'none' | number;
}

const KERNEL = 3;

/**
 * The field's ConvNet-D: D blocks of one width.
 * @param depth - halvings of the image
 * @see Zhao, Mopuri and Bilen, Dataset Condensation with Gradient Matching (ICLR 2021)
 */
export const convnetD = (
  image: Pick<ConvNetSpec, 'size' | 'channels' | 'classes'>,
  width = 128,
  depth = 3,
): ConvNetSpec => ({ ...image, widths: Array.from({ length: depth }, () => width), norm: 'instance' });

/** Length of the flattened last feature map, which is the net's embedding. */
export const convnetEmbeddingSize = ({ size, widths }: ConvNetSpec): number =>
  Math.floor(size / 2 ** widths.length) ** 2 * widths.at(-1)!;

/**
 * Parameters in the order of the flat vector: per block the kernel and gamma and beta, or without norm a bias; then the
 * linear head. A bias before a norm is left out: over one channel it would cancel, and beta does its work otherwise.
 */
export const convnetParameters = (spec: ConvNetSpec): ParameterSpec[] => [
  ...spec.widths.flatMap((width, i) => {
    const shape = [KERNEL, KERNEL, spec.widths[i - 1] ?? spec.channels, width];
    const after = spec.norm === 'none' ? ['bias'] : ['gamma', 'beta'];
    return [{ name: `conv${i}.kernel`, shape }, ...after.map((name) => ({ name: `conv${i}.${name}`, shape: [width] }))];
  }),
  { name: 'head.kernel', shape: [convnetEmbeddingSize(spec), spec.classes] },
  { name: 'head.bias', shape: [spec.classes] },
];

/**
 * Fresh parameters as the reference draws them: kernels and biases uniform within ±1/√inputs, gamma 1, beta 0.
 * @param stream - names the random stream, e.g. `[seed, 'matching', 3]`
 * @returns one flat vector in the order of `convnetParameters`
 */
export const convnetInitial = (spec: ConvNetSpec, stream: readonly (string | number)[]): Float32Array => {
  const draw = random(...stream, 'convnet');
  const values: number[] = [];
  let inputs = 1;
  for (const { name, shape } of convnetParameters(spec)) {
    const size = shape.reduce((product, side) => product * side, 1);
    // A bias follows its kernel and has as many inputs.
    if (name.endsWith('kernel')) inputs = size / shape.at(-1)!;
    const bound = 1 / Math.sqrt(inputs);
    for (let i = 0; i < size; i++) {
      if (name.endsWith('gamma')) values.push(1);
      else if (name.endsWith('beta')) values.push(0);
      else values.push(draw.uniform(-bound, bound));
    }
  }
  return Float32Array.from(values);
};

const block = (spec: ConvNetSpec, width: number, x: tf.Tensor4D, parameters: readonly tf.Tensor[]): tf.Tensor4D => {
  const [kernel, ...rest] = parameters as [tf.Tensor4D, ...tf.Tensor1D[]];
  const convolved = conv2d(x, kernel, 1);
  if (spec.norm === 'none') return tf.avgPool(relu(tf.add(convolved, rest[0]!)), 2, 2, 'valid') as tf.Tensor4D;
  const groups = spec.norm === 'instance' ? width : spec.norm;
  return groupNorm(convolved, rest[0]!, rest[1]!, groups, 'relu-pool');
};

/**
 * The embedding: the last feature map, flattened. Differentiable any number of times.
 * @param parameters - tensors in the order of `convnetParameters`; the head may be missing
 * @param x - standardised images `[n, size, size, channels]`
 * @returns `[n, convnetEmbeddingSize]`
 */
export const convnetFeatures = (spec: ConvNetSpec, parameters: readonly tf.Tensor[], x: tf.Tensor4D): tf.Tensor2D => {
  const each = spec.norm === 'none' ? 2 : 3;
  const map = spec.widths.reduce(
    (hidden, width, i) => block(spec, width, hidden, parameters.slice(each * i, each * (i + 1))),
    x,
  );
  return tf.reshape(map, [x.shape[0], -1]);
};

/**
 * The net's answer, differentiable any number of times.
 * @param parameters - tensors in the order of `convnetParameters`
 * @param x - standardised images `[n, size, size, channels]`
 * @returns logits `[n, classes]`
 */
export const convnetForward = (spec: ConvNetSpec, parameters: readonly tf.Tensor[], x: tf.Tensor4D): tf.Tensor2D => {
  const [head, bias] = parameters.slice(-2) as [tf.Tensor2D, tf.Tensor1D];
  return tf.add(tf.matMul(convnetFeatures(spec, parameters, x), head), bias);
};
