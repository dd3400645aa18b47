import { ONNX_TYPES } from '../../../format/onnx-messages.ts';
import type { TensorSpec } from './record-kernels.ts';
import { cast, type NamedCall, type OnnxBuilder, TO_NCHW, TO_NHWC, type Translate, transposed } from './translate.ts';

/** Before the first number of any axis, where a slice goes backwards. */
const BEFORE_ALL = -(2 ** 31);

const reshape = ({ node, integers }: OnnxBuilder, name: string, { outputs }: NamedCall): readonly string[] => [
  node('Reshape', [name, integers(outputs[0]!.shape)]),
];

/** One number everywhere, and numbers of another type where the output has one. */
const filled = (graph: OnnxBuilder, value: number, output: TensorSpec): readonly string[] => [
  cast(graph, graph.node('Expand', [graph.float(value), graph.integers(output.shape)]), 'float32', output.dtype),
];

/** Kernels that move numbers. */
export const SHAPES: Readonly<Record<string, Translate>> = {
  Reshape: (graph, call) => reshape(graph, call.of.x!, call),
  ExpandDims: (graph, call) => reshape(graph, call.of.input!, call),
  Transpose: (graph, { attributes, of }) => [transposed(graph, of.x!, attributes.perm as number[])],
  Concat: ({ node }, { attributes, of }) => [node('Concat', Object.values(of), { axis: attributes.axis as number })],
  SplitV: ({ nodes, integers }, { attributes, outputs, of }) => {
    const axis = attributes.axis as number;
    const sizes = outputs.map(({ shape }) => shape.at(axis)!);
    return nodes('Split', [of.x!, integers(sizes)], outputs.length, { axis });
  },
  PadV2: ({ node, integers, float }, { attributes, of }) => {
    const paddings = attributes.paddings as readonly [number, number][];
    const both = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
    return [node('Pad', [of.x!, integers(both), float(attributes.constantValue as number)])];
  },
  Slice: ({ node, integers }, { attributes, outputs, of }) => {
    const { shape } = outputs[0]!;
    // It may name no more than the first axes.
    const named = [attributes.begin as number | number[]].flat();
    const begin = shape.map((_, axis) => named[axis] ?? 0);
    const end = shape.map((size, axis) => begin[axis]! + size);
    return [node('Slice', [of.x!, integers(begin), integers(end)])];
  },
  Reverse: ({ node, integers }, { attributes, of }) => {
    const axes = [attributes.dims as number | number[]].flat();
    const all = (value: number): string => integers(axes.map(() => value));
    return [node('Slice', [of.x!, all(-1), all(BEFORE_ALL), integers(axes), all(-1)])];
  },
  Tile: ({ node, integers }, { attributes, of }) => [
    node('Tile', [of.x!, integers(attributes.reps as readonly number[])]),
  ],
  Fill: (graph, { attributes, outputs }) => filled(graph, attributes.value as number, outputs[0]!),
  OnesLike: (graph, { outputs }) => filled(graph, 1, outputs[0]!),
  ZerosLike: (graph, { outputs }) => filled(graph, 0, outputs[0]!),
  OneHot: (graph, { attributes, outputs, of }) => {
    const { depth, onValue, offValue } = attributes as Record<string, number>;
    const places = graph.node('Cast', [of.indices!], { to: ONNX_TYPES.int64 });
    // Whole numbers, as both are wherever nobody says otherwise.
    const values = graph.node('Cast', [graph.integers([offValue!, onValue!])], { to: ONNX_TYPES.float });
    const rows = graph.node('OneHot', [places, graph.integers([depth!]), values], { axis: -1 });
    return [cast(graph, rows, 'float32', outputs[0]!.dtype)];
  },
  // The same order of the channels on both sides: blocks first.
  DepthToSpace: (graph, { attributes, of }) => {
    const { blockSize, dataFormat } = attributes as { blockSize: number; dataFormat: string };
    if (dataFormat !== 'NHWC') return undefined;
    const blocks = graph.node('DepthToSpace', [transposed(graph, of.x!, TO_NCHW)], { blocksize: blockSize });
    return [transposed(graph, blocks, TO_NHWC)];
  },
};
