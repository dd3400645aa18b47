import * as tf from '@tensorflow/tfjs-core';
import {
  type NamedCall,
  type OnnxBuilder,
  type Shape4D,
  type Side,
  TO_NCHW,
  TO_NHWC,
  type Translate,
  transposed,
} from './translate.ts';

interface ConvolutionAttributes {
  readonly strides: Side;
  readonly pad: 'same' | 'valid' | number;
  readonly dilations?: Side;
  readonly dataFormat?: string;
}

const HWIO_TO_OIHW = [3, 2, 0, 1];

function convolution(graph: OnnxBuilder, { inputs, attributes, of }: NamedCall): string | undefined {
  const { strides, pad, dilations = 1, dataFormat = 'NHWC' } = attributes as unknown as ConvolutionAttributes;
  if (dataFormat !== 'NHWC') return undefined;
  const [x, filter] = [inputs.x!.shape as Shape4D, inputs.filter!.shape as Shape4D];
  const { padInfo, ...info } = tf.backend_util.computeConv2DInfo(x, filter, strides, dilations, pad);
  const maps = graph.node('Conv', [transposed(graph, of.x!, TO_NCHW), transposed(graph, of.filter!, HWIO_TO_OIHW)], {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right],
  });
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

/** Convolutions, and their gradient by the image; that by the kernel is a convolution. */
export const CONVOLUTIONS: Readonly<Record<string, Translate>> = {
  Conv2D: (graph, call) => {
    const maps = fewPlaces(call) ? byPlaces(graph, call) : convolution(graph, call);
    return maps === undefined ? undefined : [maps];
  },
  // An image's gradient where blocks do not fit: of an odd size, or of a kernel of 1×1.
  Conv2DBackpropInput: (graph, { inputs, attributes, of }) => {
    const { strides, pad, inputShape } = attributes as unknown as ConvolutionAttributes & { inputShape: Shape4D };
    const filter = inputs.filter!.shape as Shape4D;
    const { padInfo, ...info } = tf.backend_util.computeConv2DInfo(inputShape, filter, strides, 1, pad);
    // Pixels at the end that no window reached.
    const rows = (info.outHeight - 1) * info.strideHeight + info.filterHeight - padInfo.top - padInfo.bottom;
    const columns = (info.outWidth - 1) * info.strideWidth + info.filterWidth - padInfo.left - padInfo.right;
    const maps = graph.node(
      'ConvTranspose',
      [transposed(graph, of.dy!, TO_NCHW), transposed(graph, of.filter!, HWIO_TO_OIHW)],
      {
        strides: [info.strideHeight, info.strideWidth],
        pads: [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right],
        output_padding: [inputShape[1] - rows, inputShape[2] - columns],
      },
    );
    return [transposed(graph, maps, TO_NHWC)];
  },
};
