import * as tf from '@tensorflow/tfjs-core';
import { ONNX_TYPES } from '../../../format/onnx-messages.ts';
import type { TensorSpec } from './record-kernels.ts';
import { type NamedCall, type Translate, transposed } from './translate.ts';

/** Axes from 0 on; all where none is named. */
const axesOf = (axis: unknown, { shape }: TensorSpec): number[] =>
  tf.util.parseAxisParam(axis as number | number[], [...shape]);

/** Over axes that are an attribute in this version of ONNX. @param named - what TensorFlow.js calls them */
const reduction =
  (op: string, named: 'axis' | 'reductionIndices'): Translate =>
  ({ node }, call) =>
    byStages(call, named, (name, axes, keepdims) => node(op, [name], { axes, keepdims }));

/**
 * Images come last: of a batch's maps onnxruntime adds one number after the other where channels are the last axis, and loses as wasm does
 * 5e-6 of the mean of 37,000 numbers, a hundred times what is lost in two steps.
 */
function byStages(
  { inputs, attributes, of }: NamedCall,
  named: string,
  reduce: (name: string, axes: readonly number[], keepdims: 0 | 1) => string,
): readonly string[] {
  const axes = axesOf(attributes[named], inputs.x!);
  const inner = axes.filter((axis) => axis !== 0);
  const keepdims = attributes.keepDims ? 1 : 0;
  if (inner.length === 0 || inner.length === axes.length) return [reduce(of.x!, axes, keepdims)];
  return [reduce(reduce(of.x!, inner, keepdims), [0], keepdims)];
}

/** Along the last axis. */
const alongLast =
  (op: string, input: string): Translate =>
  ({ node }, { of }) => [node(op, [of[input]!], { axis: -1 })];

/** Kernels that make one number of many: sums, the highest and its place, products of matrices. */
export const REDUCTIONS: Readonly<Record<string, Translate>> = {
  Mean: reduction('ReduceMean', 'axis'),
  Max: reduction('ReduceMax', 'reductionIndices'),
  Min: reduction('ReduceMin', 'axis'),
  // The only one whose axes are an input by now.
  Sum: ({ node, integers }, call) =>
    byStages(call, 'axis', (name, axes, keepdims) => node('ReduceSum', [name, integers(axes)], { keepdims })),
  Softmax: alongLast('Softmax', 'logits'),
  LogSoftmax: alongLast('LogSoftmax', 'logits'),
  AddN: ({ node }, { of }) => [node('Sum', Object.values(of))],
  ArgMax: ({ node }, { inputs, attributes, of }) => {
    const [axis] = axesOf(attributes.axis, inputs.x!);
    return [node('Cast', [node('ArgMax', [of.x!], { axis: axis!, keepdims: 0 })], { to: ONNX_TYPES.int32 })];
  },
  BatchMatMul: (graph, { inputs, attributes, of }) => {
    const turned = (name: 'a' | 'b', turns: unknown): string => {
      const rank = inputs[name]!.shape.length;
      const order = Array.from({ length: rank }, (_, i) => i);
      return turns ? transposed(graph, of[name]!, [...order.slice(0, -2), rank - 1, rank - 2]) : of[name]!;
    };
    return [graph.node('MatMul', [turned('a', attributes.transposeA), turned('b', attributes.transposeB)])];
  },
};
