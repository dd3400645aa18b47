import type { Message } from '../format/protobuf.ts';
import { type Classifier, type ClassifierCard, cardToMetadata } from '../nets/classifier.ts';
import { LEAST_PROBABILITY } from '../nets/classify.ts';
import type { FoldedTensors } from '../nets/folded.ts';
import type { GraphNode } from '../nets/graph.ts';
import { NORM_EPSILON } from '../tensor/batch-norm.ts';
import { samePadding } from '../tensor/conv.ts';
import { type OnnxAttribute, onnxModel, onnxNode, onnxTensor, onnxValue } from './onnx-messages.ts';

const DOC =
  'pixels: uint8 [n, size, size, channels], row-major. Standardised inside, seen with their mirrors. ' +
  'probabilities are calibrated: softmax(logits / temperature).';

/**
 * A classifier as an ONNX model: `pixels` uint8 `[n, size, size, channels]` in; `logits` and `probabilities` `[n, classes]` and
 * `embedding` `[n, numbers]` out. It is written from the graph that runs here, node by node, and reads in onnxruntime from
 * 1.4 on.
 */
export const encodeOnnx = (classifier: Classifier): Buffer => {
  const { card, nets } = classifier;
  const { size, channels, classes, embeddingSize } = card;
  const parts: Message[] = [];
  const writer = writerInto(parts);
  writeImages(writer, card);
  const said = nets.map((tensors, net) => writeNet(writer, card, tensors, `net${net}/`));
  writeAnswer(writer, card, said);
  parts.push(
    onnxValue('input', 'pixels', 'uint8', ['n', size, size, channels]),
    onnxValue('output', 'logits', 'float', ['n', classes.length]),
    onnxValue('output', 'probabilities', 'float', ['n', classes.length]),
    onnxValue('output', 'embedding', 'float', ['n', embeddingSize * nets.length]),
  );
  return onnxModel({ name: 'classifier', doc: DOC, parts, metadata: cardToMetadata(card) });
};

interface Writer {
  /** @returns the name of the (first) output */
  node(
    op: string,
    inputs: readonly string[],
    output: string | readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
  ): string;
  /** @returns its name */
  floats(name: string, dims: readonly number[], data: Float32Array): string;
  integers(name: string, values: readonly (number | bigint)[]): string;
}

function writerInto(parts: Message[]): Writer {
  return {
    node(op, inputs, output, attributes) {
      const outputs = typeof output === 'string' ? [output] : output;
      parts.push(onnxNode(op, inputs, outputs, attributes));
      return outputs[0]!;
    },
    floats(name, dims, data) {
      parts.push(onnxTensor(name, dims, data));
      return name;
    },
    integers(name, values) {
      parts.push(onnxTensor(name, [values.length], BigInt64Array.from(values, BigInt)));
      return name;
    },
  };
}

/** Name of the standardised images with their mirrors behind them: `[2n, channels, size, size]`. */
const SEEN = 'seen';
const FIRST_INT64 = -(2n ** 63n);

function writeImages({ node, floats, integers }: Writer, { deviationFloor }: ClassifierCard): void {
  const overImage = { axes: [1, 2, 3], keepdims: 1 };
  const values = node('Cast', ['pixels'], 'values', { to: 1 });
  const centred = node('Sub', [values, node('ReduceMean', [values], 'mean', overImage)], 'centred');
  const squares = node('Mul', [centred, centred], 'squares');
  const deviation = node('Sqrt', [node('ReduceMean', [squares], 'variance', overImage)], 'deviation');
  const floor = floats('deviation-floor', [], Float32Array.of(deviationFloor * 255));
  const standard = node('Div', [centred, node('Max', [deviation, floor], 'divisor')], 'standardised');
  const images = node('Transpose', [standard], 'images', { perm: [0, 3, 1, 2] });
  const backwards = [
    integers('mirror-starts', [-1]),
    integers('mirror-ends', [FIRST_INT64]),
    integers('mirror-axes', [3]),
    integers('mirror-steps', [-1]),
  ];
  node('Concat', [images, node('Slice', [images, ...backwards], 'mirrored')], SEEN, { axis: 0 });
}

/** What a net gives: names of its embedding and of its logits. */
interface Said {
  readonly embedding: string;
  readonly logits: string;
}

function writeNet(writer: Writer, { graph, size }: ClassifierCard, tensors: FoldedTensors, prefix: string): Said {
  const { node, floats } = writer;
  /** Names of values there, by those of the graph. */
  const names = new Map([[graph.images as string, SEEN]]);
  /** Side of each map. */
  const sides = new Map([[graph.images as string, size]]);
  for (const one of graph.nodes) {
    const inputs = one.inputs.map((name) => names.get(name)!);
    const side = sides.get(one.inputs[0]!)!;
    sides.set(one.name, sideAfter(one, side));
    const output = writeNode(writer, one, inputs, { tensors, prefix, side });
    if (one.name !== graph.embedding) {
      names.set(one.name, output);
      continue;
    }
    // Of an image and its mirror the mean, of which the linear head then speaks.
    const halves = [`${prefix}as-it-is`, `${prefix}as-its-mirror`] as const;
    node('Split', [output], halves, { axis: 0 });
    const half = floats(`${prefix}half`, [], Float32Array.of(0.5));
    names.set(one.name, node('Mul', [node('Add', halves, `${prefix}both`), half], `${prefix}embedding-of-both`));
  }
  return { embedding: names.get(graph.embedding)!, logits: names.get(graph.logits)! };
}

function sideAfter(node: GraphNode, side: number): number {
  if (node.op === 'conv') return Math.ceil(side / node.stride);
  return node.op === 'max-pool' || node.op === 'average-pool' ? Math.floor(side / 2) : side;
}

interface Place {
  readonly tensors: FoldedTensors;
  readonly prefix: string;
  readonly side: number;
}

const POOL = { kernel_shape: [2, 2], strides: [2, 2] };

function writeNode(
  { node, floats }: Writer,
  one: GraphNode,
  inputs: readonly string[],
  { tensors, prefix, side }: Place,
): string {
  const output = `${prefix}${one.name}`;
  const vector = (name: string, dims?: readonly number[]): string => {
    const { shape, data } = tensors[name]!;
    return floats(`${prefix}weights/${name}`, dims ?? shape, data as Float32Array);
  };
  switch (one.op) {
    case 'conv': {
      const { shape, data } = tensors[one.kernel]!;
      const [rows = 1, columns = 1, given = 1, made = 1] = shape;
      const turned = outputsFirst(data as Float32Array, rows * columns, given, made);
      const kernel = floats(`${prefix}weights/${one.kernel}`, [made, given, rows, columns], turned);
      const [before, after] = samePadding(side, rows, one.stride);
      const attributes = { pads: [before, before, after, after], strides: [one.stride, one.stride] };
      return node('Conv', [...inputs, kernel], output, { kernel_shape: [rows, columns], ...attributes });
    }
    case 'bias':
      return node('Add', [...inputs, vector(one.bias, [1, tensors[one.bias]!.data.length, 1, 1])], output);
    case 'instance-norm': {
      const epsilon = { epsilon: { float: NORM_EPSILON } };
      return node('InstanceNormalization', [...inputs, vector(one.gamma), vector(one.beta)], output, epsilon);
    }
    case 'relu':
      return node('Relu', inputs, output);
    case 'max-pool':
      return node('MaxPool', inputs, output, POOL);
    case 'average-pool':
      return node('AveragePool', inputs, output, POOL);
    case 'add':
      return node('Add', inputs, output);
    case 'mean':
      return node('ReduceMean', inputs, output, { axes: [2, 3], keepdims: 0 });
    case 'flatten':
      // Channels last, as the head counts them.
      return node('Flatten', [node('Transpose', inputs, `${output}-order`, { perm: [0, 2, 3, 1] })], output, {
        axis: 1,
      });
    case 'dense':
      return node('Gemm', [...inputs, vector(one.kernel), vector(one.bias)], output);
  }
}

/** `[places, in, out]` as `[out, in, places]`. */
function outputsFirst(data: Float32Array, places: number, given: number, made: number): Float32Array {
  const turned = new Float32Array(data.length);
  let at = 0;
  for (let out = 0; out < made; out++) {
    for (let input = 0; input < given; input++) {
      for (let place = 0; place < places; place++) turned[at++] = data[(place * given + input) * made + out]!;
    }
  }
  return turned;
}

function writeAnswer({ node, floats }: Writer, { temperature }: ClassifierCard, said: readonly Said[]): void {
  const scalar = (name: string, value: number): string => floats(name, [], Float32Array.of(value));
  node(
    'Concat',
    said.map(({ embedding }) => embedding),
    'embedding',
    { axis: 1 },
  );
  if (said.length === 1) node('Identity', [said[0]!.logits], 'logits');
  else {
    const each = said.map(({ logits }, net) => node('Softmax', [logits], `net${net}/probabilities`, { axis: 1 }));
    const mean = node('Mean', each, 'mean-probabilities');
    node('Log', [node('Max', [mean, scalar('least-probability', LEAST_PROBABILITY)], 'told-apart')], 'logits');
  }
  node('Softmax', [node('Div', ['logits', scalar('temperature', temperature)], 'scaled')], 'probabilities', {
    axis: 1,
  });
}
