import * as tf from '@tensorflow/tfjs-core';
import { type NamedCall, type OnnxBuilder, TO_NCHW, TO_NHWC, type Translate, transposed } from './translate.ts';

type Shape4D = [number, number, number, number];
type Side = number | [number, number];
type Padding = 'same' | 'valid' | number;

/** Attributes of kernels that look through windows. */
interface WindowAttributes {
  readonly strides: Side;
  readonly pad: Padding;
  readonly dilations?: Side;
  readonly dataFormat?: string;
  readonly filterSize?: Side;
}

const HWIO_TO_OIHW = [3, 2, 0, 1];

/** Of a convolution. */
function convolution(
  graph: OnnxBuilder,
  { inputs, attributes, of }: NamedCall,
  bias: readonly string[],
): string | undefined {
  const { strides, pad, dilations = 1, dataFormat = 'NHWC' } = attributes as unknown as WindowAttributes;
  if (dataFormat !== 'NHWC') return undefined;
  const [x, filter] = [inputs.x!.shape as Shape4D, inputs.filter!.shape as Shape4D];
  const { padInfo, ...info } = tf.backend_util.computeConv2DInfo(x, filter, strides, dilations, pad);
  const maps = graph.node(
    'Conv',
    [transposed(graph, of.x!, TO_NCHW), transposed(graph, of.filter!, HWIO_TO_OIHW), ...bias],
    {
      strides: [info.strideHeight, info.strideWidth],
      dilations: [info.dilationHeight, info.dilationWidth],
      pads: [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right],
    },
  );
  return transposed(graph, maps, TO_NHWC);
}

/** Whether a convolution without padding looks through windows larger than what comes out, as a kernel's gradient does. */
function fewPlaces({ inputs, outputs, attributes }: NamedCall): boolean {
  const [, rows, columns] = outputs[0]!.shape as Shape4D;
  const [height, width] = inputs.filter!.shape as Shape4D;
  return (
    attributes.pad === 'valid' && attributes.strides === 1 && height > rows && width > columns && rows * columns > 1
  );
}

/**
 * Each place that comes out as a product of matrices of its own. As a convolution onnxruntime would multiply by matrices of only as many columns as
 * there are places, at half the speed.
 */
function byPlaces(graph: OnnxBuilder, { inputs, outputs, attributes, of }: NamedCall): string {
  const { node, integers } = graph;
  const [height, width, channels, filters] = inputs.filter!.shape as Shape4D;
  const [images, rows, columns] = outputs[0]!.shape as Shape4D;
  const [down, across] = [attributes.dilations ?? 1].flat() as [number, number?];
  const [step, stride] = [down, across ?? down];
  const numbers = height * width * channels;
  const matrix = (name: string, columns: number): string => node('Reshape', [name, integers([numbers, columns])]);
  // Channels first: where this is a gradient they are the images, and the transposition undoes the one before.
  const seen = transposed(graph, of.x!, [3, 1, 2, 0]);
  const right = matrix(transposed(graph, of.filter!, [2, 0, 1, 3]), filters);
  const places = Array.from({ length: rows * columns }, (_, place) => {
    const [row, column] = [Math.floor(place / columns), place % columns];
    const end = [row + (height - 1) * step + 1, column + (width - 1) * stride + 1];
    const window = node('Slice', [
      seen,
      integers([row, column]),
      integers(end),
      integers([1, 2]),
      integers([step, stride]),
    ]);
    return node('Gemm', [matrix(window, images), right], { transA: 1 });
  });
  const all = node('Reshape', [node('Concat', places, { axis: 0 }), integers([rows, columns, images, filters])]);
  return transposed(graph, all, [2, 0, 1, 3]);
}

/** Windows that lie side by side without padding, which are all that nets here have; else nothing. @returns how many numbers one has */
function sideBySide({ inputs, attributes }: NamedCall, input: string): [height: number, width: number] | undefined {
  const { filterSize, strides, pad } = attributes as unknown as WindowAttributes;
  const shape = inputs[input]!.shape as Shape4D;
  const info = tf.backend_util.computePool2DInfo(shape, filterSize!, strides, 1, pad);
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

/** Kernels that look at a map through windows. */
export const WINDOWS: Readonly<Record<string, Translate>> = {
  Conv2D: (graph, call) => {
    const maps = fewPlaces(call) ? byPlaces(graph, call) : convolution(graph, call, []);
    return maps === undefined ? undefined : [maps];
  },
  FusedConv2D: (graph, call) => {
    const { activation = 'linear' } = call.attributes as { activation?: string };
    const known = activation === 'linear' || activation === 'relu';
    if (!known || 'preluActivationWeights' in call.of || call.inputs.bias?.shape.length !== 1) return undefined;
    const maps = convolution(graph, call, [call.of.bias!]);
    if (maps === undefined) return undefined;
    return [activation === 'relu' ? graph.node('Relu', [maps]) : maps];
  },
  // An image's gradient where blocks do not fit: of an odd size, or of a kernel of 1×1.
  Conv2DBackpropInput: (graph, { inputs, attributes, of }) => {
    const { strides, pad, inputShape } = attributes as unknown as WindowAttributes & { inputShape: Shape4D };
    const filter = inputs.filter!.shape as Shape4D;
    const { padInfo, ...info } = tf.backend_util.computeConv2DInfo(inputShape, filter, strides, 1, pad);
    const [height, width] = [inputShape[1], inputShape[2]];
    const seen = (size: number, kernel: number, stride: number): number => (size - 1) * stride + kernel;
    const spare = (
      whole: number,
      size: number,
      kernel: number,
      stride: number,
      before: number,
      after: number,
    ): number => whole + before + after - seen(size, kernel, stride);
    const maps = graph.node(
      'ConvTranspose',
      [transposed(graph, of.dy!, TO_NCHW), transposed(graph, of.filter!, HWIO_TO_OIHW)],
      {
        strides: [info.strideHeight, info.strideWidth],
        pads: [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right],
        output_padding: [
          spare(height, info.outHeight, info.filterHeight, info.strideHeight, padInfo.top, padInfo.bottom),
          spare(width, info.outWidth, info.filterWidth, info.strideWidth, padInfo.left, padInfo.right),
        ],
      },
    );
    return [transposed(graph, maps, TO_NHWC)];
  },
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
