import { ONNX_TYPES, type OnnxAttribute, type OnnxType } from '../../../format/onnx-messages.ts';
import type { KernelCall, TensorSpec } from './record-kernels.ts';

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
export const ONNX_TYPE = { float32: 'float', int32: 'int32', bool: 'bool' } as const satisfies Record<string, OnnxType>;

/** Orders of axes: maps are NHWC here, and NCHW there. onnxruntime drops what two of them undo. */
export const [TO_NCHW, TO_NHWC] = [
  [0, 3, 1, 2],
  [0, 2, 3, 1],
] as const;

export const transposed = ({ node }: OnnxBuilder, name: string, perm: readonly number[]): string =>
  node('Transpose', [name], { perm });

/** Axes from 0 on; all where none is named. */
export const axesOf = (axis: unknown, rank: number): number[] =>
  axis == null
    ? Array.from({ length: rank }, (_, i) => i)
    : [axis as number | number[]].flat().map((one) => (one < 0 ? one + rank : one));

/** What is made as float, as the type that the output has. */
export const typed = ({ node }: OnnxBuilder, name: string, { dtype }: Pick<TensorSpec, 'dtype'>): string =>
  dtype === 'float32' ? name : node('Cast', [name], { to: ONNX_TYPES[ONNX_TYPE[dtype as keyof typeof ONNX_TYPE]] });
