import * as tf from '@tensorflow/tfjs-core';
import { conv2d, frozenConv2d } from '../tensor/conv.ts';
import { batchNormRelu, channelMoments } from '../tensor/norm.ts';
import { relu } from '../tensor/relu-pool.ts';

/** What decides the shape of a k2 net. */
export interface NetSpec {
  /** Channels of the first convolution. */
  readonly width: number;
  /** Channels of the image. */
  readonly channels: number;
  readonly classes: number;
}

interface Layer {
  readonly kernel: number;
  readonly stride: 1 | 2;
  readonly input: number;
  readonly output: number;
  /** Halve height and width by max-pooling after this layer. */
  readonly pool: boolean;
}

/** The convolutions of k2: 5×5 stride 2, pool, 3×3 twice, pool, 3×3 twice. */
export const layersOf = ({ width, channels }: NetSpec): readonly Layer[] => [
  { kernel: 5, stride: 2, input: channels, output: width, pool: true },
  { kernel: 3, stride: 1, input: width, output: 2 * width, pool: false },
  { kernel: 3, stride: 1, input: 2 * width, output: 2 * width, pool: true },
  { kernel: 3, stride: 1, input: 2 * width, output: 4 * width, pool: false },
  { kernel: 3, stride: 1, input: 4 * width, output: 4 * width, pool: false },
];

/** Length of the embedding. */
export const embeddingSize = ({ width }: NetSpec): number => 4 * width;

/** A parameter's name and shape, in the order of the flat vector. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Parameters in the order of the flat vector: per convolution kernel, gamma, beta; then the linear head. */
export const parametersOf = (spec: NetSpec): ParameterSpec[] => [
  ...layersOf(spec).flatMap(({ kernel, input, output }, i) => [
    { name: `conv${i}.kernel`, shape: [kernel, kernel, input, output] },
    { name: `conv${i}.gamma`, shape: [output] },
    { name: `conv${i}.beta`, shape: [output] },
  ]),
  { name: 'head.kernel', shape: [embeddingSize(spec), spec.classes] },
  { name: 'head.bias', shape: [spec.classes] },
];

/** Batch-norm statistics by layer, in the order of their flat vector. */
export const momentsOf = (spec: NetSpec): ParameterSpec[] =>
  layersOf(spec).flatMap(({ output }, i) => [
    { name: `conv${i}.mean`, shape: [output] },
    { name: `conv${i}.variance`, shape: [output] },
  ]);

const pooled = (x: tf.Tensor4D, layer: Layer): tf.Tensor4D => (layer.pool ? tf.maxPool(x, 2, 2, 'valid') : x);

/**
 * The net as it is trained: batch norm with the batch's own statistics.
 * @param parameters - tensors in the order of `parametersOf`
 * @param x - standardised images `[n, h, w, channels]`
 * @param onMoments - is handed each layer's pre-activation statistics, to be kept or disposed
 * @returns logits `[n, classes]`
 */
export const trainForward = (
  spec: NetSpec,
  parameters: readonly tf.Tensor[],
  x: tf.Tensor4D,
  onMoments?: (moments: ReturnType<typeof channelMoments>) => void,
): tf.Tensor2D => {
  let hidden = x;
  layersOf(spec).forEach((layer, i) => {
    const [kernel, gamma, beta] = parameters.slice(3 * i, 3 * i + 3) as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
    const convolved = conv2d(hidden, kernel, layer.stride);
    onMoments?.(channelMoments(convolved));
    hidden = pooled(batchNormRelu(convolved, gamma, beta), layer);
  });
  const [head, bias] = parameters.slice(-2) as [tf.Tensor2D, tf.Tensor1D];
  return tf.add(tf.matMul(tf.mean(hidden, [1, 2]) as tf.Tensor2D, head), bias) as tf.Tensor2D;
};

/**
 * The net with its norms folded into kernels and biases: what inference and feature matching run.
 * @param folded - per convolution kernel and bias, then the head's kernel and bias
 * @returns the last feature map `[n, h/8, w/8, 4·width]`
 */
export const featureMap = (spec: NetSpec, folded: readonly tf.Tensor[], x: tf.Tensor4D): tf.Tensor4D => {
  let hidden = x;
  layersOf(spec).forEach((layer, i) => {
    const [kernel, bias] = folded.slice(2 * i, 2 * i + 2) as [tf.Tensor4D, tf.Tensor1D];
    // Adding a constant and ReLU keep the order of values, so they may follow the pool, where a quarter is left.
    hidden = relu(tf.add(pooled(frozenConv2d(hidden, kernel, layer.stride), layer), bias) as tf.Tensor4D);
  });
  return hidden;
};
