import * as tf from '@tensorflow/tfjs-core';
import { type NamedCall, type Shape4D, type Side, TO_NCHW, TO_NHWC, type Translate, transposed } from './translate.ts';

interface PoolAttributes {
  readonly filterSize: Side;
  readonly strides: Side;
  readonly pad: 'same' | 'valid' | number;
}

/** Windows that lie side by side without padding, which are all that nets here have; else nothing. @returns how many numbers one has */
function sideBySide({ inputs, attributes }: NamedCall, input: string): [height: number, width: number] | undefined {
  const { filterSize, strides, pad } = attributes as unknown as PoolAttributes;
  const shape = inputs[input]!.shape as Shape4D;
  const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad);
  const { top, left, bottom, right } = info.padInfo;
  const [height, width] = [info.filterHeight, info.filterWidth];
  // One window that sees all has a stride that says nothing.
  const alone = info.outHeight === 1 && info.outWidth === 1;
  const apart = info.strideHeight === height && info.strideWidth === width;
  return top + left + bottom + right === 0 && (apart || alone) ? [height, width] : undefined;
}

/** Of windows that lie side by side. */
const pool =
  (op: 'MaxPool' | 'AveragePool'): Translate =>
  (graph, call) => {
    const window = sideBySide(call, 'x');
    if (window === undefined) return undefined;
    const seen = transposed(graph, call.of.x!, TO_NCHW);
    return [transposed(graph, graph.node(op, [seen], { kernel_shape: window, strides: window }), TO_NHWC)];
  };

/** Highest numbers and means of windows, and their gradients. */
export const POOLS: Readonly<Record<string, Translate>> = {
  MaxPool: pool('MaxPool'),
  AvgPool: pool('AveragePool'),
  MaxPoolGrad: (graph, call) => {
    const window = sideBySide(call, 'input');
    if (window === undefined) return undefined;
    const [n, height, width, channels] = call.inputs.input!.shape as Shape4D;
    const attributes = { kernel_shape: window, strides: window };
    // The first of several places is the highest on both sides.
    const [, places] = graph.nodes('MaxPool', [transposed(graph, call.of.input!, TO_NCHW)], 2, attributes);
    const shape = graph.integers([n, channels, height, width]);
    const dy = transposed(graph, call.of.dy!, TO_NCHW);
    return [transposed(graph, graph.node('MaxUnpool', [dy, places!, shape], attributes), TO_NHWC)];
  },
  // An equal part for each number of a window, and nothing for what no window saw.
  AvgPoolGrad: (graph, call) => {
    const window = sideBySide(call, 'input');
    if (window === undefined) return undefined;
    const [[n, height, width, channels], [, rows, columns]] = [call.inputs.input!, call.inputs.dy!].map(
      ({ shape }) => shape as Shape4D,
    ) as [Shape4D, Shape4D];
    const { node, integers, float } = graph;
    const part = node('Mul', [call.of.dy!, float(1 / (window[0] * window[1]))]);
    const apart = node('Reshape', [part, integers([n, rows, 1, columns, 1, channels])]);
    const spread = node('Expand', [apart, integers([n, rows, window[0], columns, window[1], channels])]);
    const [down, across] = [rows * window[0], columns * window[1]];
    const seen = node('Reshape', [spread, integers([n, down, across, channels])]);
    if (down === height && across === width) return [seen];
    return [node('Pad', [seen, integers([0, 0, 0, 0, 0, height - down, width - across, 0])])];
  },
};
