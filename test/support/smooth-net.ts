import * as tf from '@tensorflow/tfjs-core';
import type { Graph, GraphNode } from '../../core/nets/graph.ts';
import { normal } from './finite-differences.ts';
import { SIZE } from './toy.ts';

const nodes: GraphNode[] = [
  { op: 'conv', kernel: 'a', stride: 2, name: 'conv', inputs: ['images'] },
  { op: 'bias', bias: 'b', name: 'bias', inputs: ['conv'] },
  { op: 'instance-norm', gamma: 'g', beta: 'h', name: 'norm', inputs: ['bias'] },
  { op: 'conv', kernel: 'c', stride: 1, name: 'deep', inputs: ['norm'] },
  { op: 'add', name: 'sum', inputs: ['norm', 'deep'] },
  { op: 'average-pool', name: 'pool', inputs: ['sum'] },
  { op: 'flatten', name: 'embedding', inputs: ['pool'] },
  { op: 'dense', kernel: 'd', bias: 'e', name: 'logits', inputs: ['embedding'] },
];

/** A net of everything that has a derivative everywhere: what central differences can be trusted on. */
export const smoothGraph: Graph = {
  nodes,
  images: 'images',
  features: 'pool',
  embedding: 'embedding',
  logits: 'logits',
};

/** Tensors for it, of two classes and grey toy images. The caller disposes them. */
export const smoothTensors = (): Record<string, tf.Tensor> => ({
  a: tf.mul(normal([3, 3, 1, 3], 11), 0.5),
  b: normal([3], 12),
  g: normal([3], 13),
  h: normal([3], 14),
  c: tf.mul(normal([3, 3, 3, 3], 15), 0.3),
  d: tf.mul(normal([(SIZE / 4) ** 2 * 3, 2], 16), 0.3),
  e: normal([2], 17),
});
