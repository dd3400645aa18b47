import * as tf from '@tensorflow/tfjs-core';
import { type ConvBlock, inputsOf } from '../contracts/nets/architecture.ts';
import { batchNorm, type ChannelStats, channelStats } from '../tensor/batch-norm.ts';
import { conv2d } from '../tensor/conv.ts';
import { instanceNorm } from '../tensor/instance-norm.ts';
import { maxPool } from '../tensor/max-pool.ts';
import { averagePool, globalMean, relu } from '../tensor/relu-pool.ts';
import type { Net } from './net.ts';
import { runSteps } from './run-steps.ts';

/** Is handed the statistics of what each batch norm normalises, in the order of `net.batchNormStats`, and owns them. */
export type OnBatchNormStats = (stats: ChannelStats) => void;

/**
 * The net as it is trained: batch norm with the batch's own statistics.
 * @param parameters - tensors in the order of `net.parameters`
 * @param images - standardised, `[n, size, size, channels]`
 * @returns logits `[n, classes]`
 */
export const trainForward = (
  net: Net,
  parameters: readonly tf.Tensor[],
  images: tf.Tensor4D,
  onBatchNormStats?: OnBatchNormStats,
): tf.Tensor2D => {
  const byName = new Map(net.parameters.map(({ name }, i) => [name, parameters[i]!]));
  const { blocks, embedding } = net.architecture;
  const steps = blocks.map((block) => ({ block, name: block.name, inputs: inputsOf(block) }));
  const features = runSteps(steps, { images }, blocks.at(-1)!.name, ({ block }, inputs) =>
    block.kind === 'sum'
      ? tf.tidy(() => relu(tf.add(inputs[0]!, inputs[1]!)))
      : convBlock(block, byName, inputs[0] as tf.Tensor4D, onBatchNormStats),
  );
  const embedded =
    embedding === 'mean' ? globalMean(features as tf.Tensor4D) : tf.reshape(features, [images.shape[0], -1]);
  const head = byName.get('head.kernel') as tf.Tensor2D;
  return tf.add(tf.matMul(embedded as tf.Tensor2D, head), byName.get('head.bias')!) as tf.Tensor2D;
};

function convBlock(
  { name, stride, norm, relu: cut, pool }: ConvBlock,
  parameters: ReadonlyMap<string, tf.Tensor>,
  x: tf.Tensor4D,
  onBatchNormStats: OnBatchNormStats | undefined,
): tf.Tensor {
  const gamma = parameters.get(`${name}.gamma`) as tf.Tensor1D;
  const beta = parameters.get(`${name}.beta`) as tf.Tensor1D;
  const convolved = conv2d(x, parameters.get(`${name}.kernel`) as tf.Tensor4D, stride);
  if (norm === 'batch') onBatchNormStats?.(channelStats(convolved));
  const normalised = norm === 'batch' ? batchNorm : instanceNorm;
  const value = tf.tidy(() => {
    // The maximum of what was cut is what is left of the maximum, which is a quarter of the numbers to cut.
    if (pool === 'max') return cutWhere(cut, maxPool(normalised(convolved, gamma, beta, 'nothing')));
    if (norm === 'batch') return averaged(batchNorm(convolved, gamma, beta, cut ? 'relu' : 'nothing'), pool);
    if (cut && pool === 'average') return instanceNorm(convolved, gamma, beta, 'relu-pool');
    return averaged(cutWhere(cut, instanceNorm(convolved, gamma, beta, 'nothing')), pool);
  });
  convolved.dispose();
  return value;
}

function cutWhere(cut: boolean, x: tf.Tensor4D): tf.Tensor4D {
  return cut ? relu(x) : x;
}

function averaged(x: tf.Tensor4D, pool: 'average' | undefined): tf.Tensor4D {
  return pool === undefined ? x : averagePool(x);
}
