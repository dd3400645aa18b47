import type * as tf from '@tensorflow/tfjs-core';
import { ONNX_TYPES, type OnnxAttribute, type OnnxType } from '../../../format/onnx-messages.ts';
import type { KernelCall } from './record-kernels.ts';

/** An ONNX graph that grows node by node, with names of its own. */
export interface OnnxBuilder {
  /** @returns the name of the output */
  node(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, OnnxAttribute>>): string;
  /** A node of several outputs. */
  nodes(
    op: string,
    inputs: readonly string[],
    count: number,
    attributes?: Readonly<Record<string, OnnxAttribute>>,
  ): readonly string[];
  /** A vector. */
  integers(values: readonly number[]): string;
  /** A scalar. */
  float(value: number): string;
}

/** A kernel's call, and what its inputs are called in the graph. */
export interface NamedCall extends KernelCall {
  readonly of: Readonly<Record<string, string>>;
}

/**
 * Writes what a kernel of TensorFlow.js does as nodes of ONNX.
 * @returns the names of its outputs; nothing where a call of this kind has no counterpart here
 * @see https://onnx.ai/onnx/operators for the operators, as of the version that `onnxModel` names
 */
export type Translate = (graph: OnnxBuilder, call: NamedCall) => readonly string[] | undefined;

export type Shape4D = [number, number, number, number];
/** Of a window: both sides, or the one that they both have. */
export type Side = number | [number, number];

/** Types of elements that are known to both. */
const TYPES = { float32: 'float', int32: 'int32', bool: 'bool' } as const satisfies Partial<
  Record<tf.DataType, OnnxType>
>;

export const isKnownType = (type: tf.DataType): type is keyof typeof TYPES => type in TYPES;

/** @param type - one that is known */
export const onnxTypeOf = (type: tf.DataType): OnnxType => TYPES[type as keyof typeof TYPES];

/** Orders of axes: maps are NHWC here, and NCHW there. onnxruntime drops what two of them undo. */
export const [TO_NCHW, TO_NHWC] = [
  [0, 3, 1, 2],
  [0, 2, 3, 1],
] as const;

export const transposed = ({ node }: OnnxBuilder, name: string, perm: readonly number[]): string =>
  node('Transpose', [name], { perm });

/** A tensor's elements as another type. */
export const cast = ({ node }: OnnxBuilder, name: string, from: tf.DataType, to: tf.DataType): string =>
  from === to ? name : node('Cast', [name], { to: ONNX_TYPES[onnxTypeOf(to)] });
