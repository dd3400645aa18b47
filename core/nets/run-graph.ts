import * as tf from '@tensorflow/tfjs-core';
import { frozenBiasedConv2d, frozenConv2d } from '../tensor/conv.ts';
import { instanceNorm } from '../tensor/instance-norm.ts';
import { maxPool } from '../tensor/max-pool.ts';
import { averagePool, globalMean, relu } from '../tensor/relu-pool.ts';
import { type FoldedTensors, foldedTensors } from './folded.ts';
import type { Graph, GraphNode } from './graph.ts';
import { runSteps } from './run-steps.ts';
import type { Weights } from './weights.ts';

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, tf.Tensor>>;

export const namedTensors = (names: readonly string[], tensors: readonly tf.Tensor[]): NamedTensors =>
  Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));

/** The tensors of a net's graph, which the caller disposes. */
export const graphTensors = (weights: Weights): NamedTensors => tensorsOf(foldedTensors(weights));

/** The same of a graph whose tensors are known. */
export const tensorsOf = (folded: FoldedTensors): NamedTensors =>
  Object.fromEntries(
    Object.entries(folded).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape], 'float32')]),
  );

/**
 * Runs as much of a graph as one of its values needs. Differentiable by what is given. To be called inside a `tf.tidy`.
 * @param given - values that are known: the images, or another from which to go on
 * @param wanted - name of the value that is asked for
 */
export const runGraph = <T extends tf.Tensor>(
  { nodes }: Graph,
  tensors: NamedTensors,
  given: NamedTensors,
  wanted: string,
): T =>
  runSteps(withBiases(nodes), given, wanted, (step, inputs) =>
    step.op === 'biased-conv'
      ? frozenBiasedConv2d(
          inputs[0] as tf.Tensor4D,
          tensors[step.kernel] as tf.Tensor4D,
          tensors[step.bias] as tf.Tensor1D,
          step.stride,
        )
      : runNode(step, tensors, inputs as tf.Tensor4D[]),
  ) as T;

type Conv = Extract<GraphNode, { op: 'conv' }>;
type BiasedConv = Omit<Conv, 'op'> & { readonly op: 'biased-conv'; readonly bias: string };

/** The nodes with each convolution and the bias right behind it as one step: a map is then written once. */
function withBiases(nodes: readonly GraphNode[]): (GraphNode | BiasedConv)[] {
  const readers = (name: string): number => nodes.filter(({ inputs }) => inputs.includes(name)).length;
  const before = nodes.map((node) => {
    if (node.op !== 'bias') return undefined;
    const conv = nodes.find(({ name }) => name === node.inputs[0]);
    return conv?.op === 'conv' && readers(conv.name) === 1 ? conv : undefined;
  });
  return nodes.flatMap((node, i): (GraphNode | BiasedConv)[] => {
    const conv = before[i];
    if (conv !== undefined) return [{ ...conv, op: 'biased-conv', name: node.name, bias: (node as Bias).bias }];
    return before.includes(node as Conv) ? [] : [node];
  });
}

type Bias = Extract<GraphNode, { op: 'bias' }>;

/** One operation of a graph. */
export function runNode(node: GraphNode, tensors: NamedTensors, [x, other]: readonly tf.Tensor4D[]): tf.Tensor {
  const tensor = <T extends tf.Tensor>(name: string): T => tensors[name] as T;
  switch (node.op) {
    case 'conv':
      return frozenConv2d(x!, tensor(node.kernel), node.stride);
    case 'bias':
      return tf.add(x!, tensor(node.bias));
    case 'instance-norm':
      return instanceNorm(x!, tensor(node.gamma), tensor(node.beta), 'nothing');
    case 'relu':
      return relu(x!);
    case 'max-pool':
      return maxPool(x!);
    case 'average-pool':
      return averagePool(x!);
    case 'add':
      return tf.add(x!, other!);
    case 'mean':
      return globalMean(x!);
    case 'flatten':
      return tf.reshape(x!, [x!.shape[0], -1]);
    case 'dense':
      return tf.add(tf.matMul(x as tf.Tensor as tf.Tensor2D, tensor<tf.Tensor2D>(node.kernel)), tensor(node.bias));
  }
}
