import * as tf from '@tensorflow/tfjs-core';
import { NORM_EPSILON } from '../tensor/batch-norm.ts';
import { frozenConv2d } from '../tensor/conv.ts';
import { lazyGrad } from '../tensor/lazy-grad.ts';
import { averagePool } from '../tensor/relu-pool.ts';
import type { Graph, GraphNode } from './graph.ts';
import { type NamedTensors, runNode } from './run-graph.ts';

/** A value, and how fast it changes where the tensors move along their tangents; `undefined` is not at all. */
interface Moving {
  readonly value: tf.Tensor;
  readonly tangent: tf.Tensor | undefined;
}

/**
 * What a graph gives, and its derivative along a direction of its tensors (forward mode). Both are differentiable by the images, so
 * that a gradient by the images of one by the tensors takes kernels of first order alone, which every backend has. Where a ReLU or a
 * maximum switches there is no derivative; one of both sides is taken, as gradients do. To be called inside a `tf.tidy`.
 * @param tangents - of some of the tensors, by name; the others stand still
 * @param wanted - name of the value that is asked for
 * @see Pearlmutter, Fast Exact Multiplication by the Hessian (Neural Computation 1994)
 */
export const runTangent = (
  { nodes }: Graph,
  tensors: NamedTensors,
  tangents: NamedTensors,
  images: tf.Tensor4D,
  wanted: string,
): { readonly value: tf.Tensor; readonly tangent: tf.Tensor } => {
  const values = new Map<string, Moving>([['images', { value: images, tangent: undefined }]]);
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => values.get(name)!);
    const value = runNode(
      node,
      tensors,
      inputs.map((input) => input.value as tf.Tensor4D),
    );
    values.set(node.name, { value, tangent: tangentOf(node, inputs, tensors, tangents) });
    if (node.name === wanted) break;
  }
  const { value, tangent } = values.get(wanted)!;
  return { value, tangent: tangent ?? tf.zerosLike(value) };
};

function tangentOf(
  node: GraphNode,
  inputs: readonly Moving[],
  tensors: NamedTensors,
  tangents: NamedTensors,
): tf.Tensor | undefined {
  const [{ value, tangent }, other] = inputs as [Moving, Moving?];
  const along = (through: (tangent: tf.Tensor4D) => tf.Tensor): tf.Tensor | undefined =>
    tangent && through(tangent as tf.Tensor4D);
  const by = (name: string, through: (moving: tf.Tensor) => tf.Tensor): tf.Tensor | undefined =>
    tangents[name] && through(tangents[name]);
  switch (node.op) {
    case 'conv': {
      const conv = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
        frozenConv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, node.stride);
      return sum(
        along((moving) => conv(moving, tensors[node.kernel]!)),
        by(node.kernel, (kernel) => conv(value, kernel)),
      );
    }
    case 'dense': {
      const product = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
        tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D);
      return sum(
        along((moving) => product(moving, tensors[node.kernel]!)),
        by(node.kernel, (kernel) => product(value, kernel)),
        by(node.bias, (bias) => bias),
      );
    }
    case 'bias':
      return sum(
        tangent,
        by(node.bias, (bias) => tf.add(tf.zerosLike(value), bias)),
      );
    case 'instance-norm':
      return sum(
        along((moving) => normTangent(value as tf.Tensor4D, moving, tensors[node.gamma]!)),
        by(node.gamma, (gamma) => tf.mul(normalOf(value as tf.Tensor4D).normal, gamma)),
        by(node.beta, (beta) => tf.add(tf.zerosLike(value), beta)),
      );
    case 'relu':
      return along((moving) => tf.mul(moving, tf.step(value)));
    case 'max-pool':
      return along((moving) => maxPoolTangent(value as tf.Tensor4D, moving));
    case 'average-pool':
      return along(averagePool);
    case 'add':
      return sum(tangent, other!.tangent);
    case 'mean':
      return along((moving) => tf.mean(moving, [1, 2]));
    case 'flatten':
      return along((moving) => tf.reshape(moving, [moving.shape[0], -1]));
  }
}

function sum(...parts: readonly (tf.Tensor | undefined)[]): tf.Tensor | undefined {
  const there = parts.filter((part) => part !== undefined);
  return there.length === 0 ? undefined : there.reduce((a, b) => tf.add(a, b));
}

/** Of γ n, where γ stands still: γ (ẋ − μ̇ − n · mean(n ẋ)) / σ with n = (x − μ) / σ. */
function normTangent(x: tf.Tensor4D, moving: tf.Tensor4D, gamma: tf.Tensor): tf.Tensor {
  const { normal, inverse } = normalOf(x);
  const turned = tf.sub(tf.sub(moving, placesMean(moving)), tf.mul(normal, placesMean(tf.mul(normal, moving))));
  return tf.mul(turned, tf.mul(inverse, gamma));
}

/** A map without its mean and spread, by image and channel, and 1 / σ. */
function normalOf(x: tf.Tensor4D): { readonly normal: tf.Tensor; readonly inverse: tf.Tensor } {
  const centred = tf.sub(x, placesMean(x));
  const inverse = tf.rsqrt(tf.add(placesMean(tf.square(centred)), NORM_EPSILON));
  return { normal: tf.mul(centred, inverse), inverse };
}

function placesMean(map: tf.Tensor): tf.Tensor {
  return tf.mean(map, [1, 2], true);
}

/** What moves at the highest of each 2×2 places; an odd last row or column is dropped. */
function maxPoolTangent(x: tf.Tensor4D, moving: tf.Tensor4D): tf.Tensor {
  const [count, height, width, channels] = x.shape;
  const [rows, columns] = [Math.floor(height / 2), Math.floor(width / 2)];
  const places = (map: tf.Tensor4D): tf.Tensor =>
    tf.reshape(tf.slice(map, 0, [count, 2 * rows, 2 * columns, channels]), [count * rows, 2, columns, 2, channels]);
  return tf.reshape(tf.sum(tf.mul(highest(places(x)), places(moving)), [1, 3]), [count, rows, columns, channels]);
}

/** Which of 2×2 places is the highest, those of one height in equal parts; a choice, and so without a gradient. */
function highest(values: tf.Tensor): tf.Tensor {
  return lazyGrad(
    {
      forward: (values) => ({
        value: tf.tidy(() => {
          const chosen = tf.cast(tf.equal(values, tf.max(values, [1, 3], true)), 'float32');
          return tf.div(chosen, tf.sum(chosen, [1, 3], true));
        }),
      }),
      gradients: (_, [values]) => [() => tf.zerosLike(values)],
    },
    values,
  );
}
