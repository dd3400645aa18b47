import { type Classifier, type ClassifierCard, cardToMetadata } from '../nets/classifier.ts';
import { LEAST_PROBABILITY } from '../nets/classify.ts';
import type { FoldedTensors } from '../nets/folded.ts';
import type { GraphNode } from '../nets/graph.ts';
import { NORM_EPSILON } from '../tensor/batch-norm.ts';
import { type TfGraph, tfAttributes, tfGraph } from './tf-nodes.ts';

/** The two files of a graph model of TensorFlow.js. */
export interface TfjsModel {
  /** The content of `model.json`. */
  readonly model: object;
  readonly weights: Buffer;
}

/**
 * A classifier as `tf.loadGraphModel` reads it: `pixels` float32 `[n, size, size, channels]` from 0 to 255 in; `logits`,
 * `probabilities` and `embedding` out. Written from the graph that runs here, like the ONNX model.
 * @param weightsPath - of the weights beside `model.json`
 */
export const encodeTfjs = ({ card, nets }: Classifier, weightsPath: string): TfjsModel => {
  const { size, channels, classes, embeddingSize } = card;
  const graph = tfGraph();
  writeImages(graph, card);
  const said = nets.map((tensors, net) => writeNet(graph, card, tensors, `net${net}/`));
  writeAnswer(graph, card, said);
  const tensor = (name: string, dtype: string, shape: readonly number[]) => ({
    name: `${name}:0`,
    dtype,
    tensorShape: { dim: [-1, ...shape].map((length) => ({ size: String(length) })) },
  });
  const values = {
    inputs: { pixels: tensor('pixels', 'DT_FLOAT', [size, size, channels]) },
    outputs: {
      logits: tensor('logits', 'DT_FLOAT', [classes.length]),
      probabilities: tensor('probabilities', 'DT_FLOAT', [classes.length]),
      embedding: tensor('embedding', 'DT_FLOAT', [embeddingSize * nets.length]),
    },
  };
  const specs = graph.constants.map(({ name, tensor: { shape, data } }) => ({
    name,
    shape,
    dtype: data instanceof Int32Array ? 'int32' : 'float32',
  }));
  return {
    model: {
      format: 'graph-model',
      generatedBy: 'omnidistill',
      convertedBy: null,
      userDefinedMetadata: cardToMetadata(card),
      signature: values,
      modelTopology: { node: graph.nodes, versions: { producer: 1 } },
      weightsManifest: [{ paths: [weightsPath], weights: specs }],
    },
    weights: Buffer.concat(
      graph.constants.map(({ tensor: { data } }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
    ),
  };
};

/** Name of the standardised images, which may have their mirrors behind them: `[n or 2n, size, size, channels]`. */
const SEEN = 'seen';

function writeImages(
  { op, constant, placeholder }: TfGraph,
  { size, channels, deviationFloor, mirror }: ClassifierCard,
): void {
  const pixels = placeholder('pixels', [size, size, channels]);
  const axes = constant('axes-of-image', [3], Int32Array.of(1, 2, 3));
  const centred = op('Sub', 'centred', [pixels, op('Mean', 'mean', [pixels, axes], tfAttributes.mean(true))]);
  const squares = op('Square', 'squares', [centred]);
  const deviation = op('Sqrt', 'deviation', [op('Mean', 'variance', [squares, axes], tfAttributes.mean(true))]);
  const floor = constant('deviation-floor', [], Float32Array.of(deviationFloor * 255));
  const images = op('RealDiv', mirror ? 'images' : SEEN, [centred, op('Maximum', 'divisor', [deviation, floor])]);
  if (!mirror) return;
  const mirrored = op('ReverseV2', 'mirrored', [images, constant('axis-of-mirror', [1], Int32Array.of(2))]);
  op('ConcatV2', SEEN, [images, mirrored, constant('first-axis', [], Int32Array.of(0))], tfAttributes.concat(2));
}

/** What a net gives: names of its embedding and of its logits. */
interface Said {
  readonly embedding: string;
  readonly logits: string;
}

function writeNet(into: TfGraph, card: ClassifierCard, tensors: FoldedTensors, prefix: string): Said {
  const { op, constant } = into;
  const { graph, embeddingSize, mirror } = card;
  const names = new Map([[graph.images as string, SEEN]]);
  for (const one of graph.nodes) {
    const inputs = one.inputs.map((name) => names.get(name)!);
    const output = writeNode(into, one, inputs, { tensors, prefix, embeddingSize });
    if (!mirror || one.name !== graph.embedding) {
      names.set(one.name, output);
      continue;
    }
    const halves = op('Split', `${prefix}halves`, ['first-axis', output], tfAttributes.split(2));
    const both = op('AddV2', `${prefix}both`, [halves, `${halves}:1`]);
    const half = constant(`${prefix}half`, [], Float32Array.of(0.5));
    names.set(one.name, op('Mul', `${prefix}embedding-of-both`, [both, half]));
  }
  return { embedding: names.get(graph.embedding)!, logits: names.get(graph.logits)! };
}

interface Place {
  readonly tensors: FoldedTensors;
  readonly prefix: string;
  readonly embeddingSize: number;
}

function writeNode(
  { op, constant }: TfGraph,
  one: GraphNode,
  inputs: readonly string[],
  { tensors, prefix, embeddingSize }: Place,
): string {
  const output = `${prefix}${one.name}`;
  const given = (name: string): string => {
    const { shape, data } = tensors[name]!;
    return constant(`${prefix}weights/${name}`, shape, data as Float32Array);
  };
  const overMap = (): string => constant(`${output}-axes`, [2], Int32Array.of(1, 2));
  switch (one.op) {
    case 'conv':
      return op('Conv2D', output, [...inputs, given(one.kernel)], tfAttributes.conv(one.stride));
    case 'bias':
      return op('AddV2', output, [...inputs, given(one.bias)]);
    case 'instance-norm': {
      const [axes, keep] = [overMap(), tfAttributes.mean(true)];
      const centred = op('Sub', `${output}-centred`, [
        ...inputs,
        op('Mean', `${output}-mean`, [...inputs, axes], keep),
      ]);
      const variance = op('Mean', `${output}-variance`, [op('Square', `${output}-squares`, [centred]), axes], keep);
      const epsilon = constant(`${output}-epsilon`, [], Float32Array.of(NORM_EPSILON));
      const inverse = op('Rsqrt', `${output}-inverse`, [op('AddV2', `${output}-sum`, [variance, epsilon])]);
      const scale = op('Mul', `${output}-scale`, [inverse, given(one.gamma)]);
      return op('AddV2', output, [op('Mul', `${output}-scaled`, [centred, scale]), given(one.beta)]);
    }
    case 'relu':
      return op('Relu', output, inputs);
    case 'max-pool':
      return op('MaxPool', output, inputs, tfAttributes.pool());
    case 'average-pool':
      return op('AvgPool', output, inputs, tfAttributes.pool());
    case 'add':
      return op('AddV2', output, inputs);
    case 'mean':
      return op('Mean', output, [...inputs, overMap()], tfAttributes.mean(false));
    case 'flatten':
      return op('Reshape', output, [...inputs, constant(`${output}-shape`, [2], Int32Array.of(-1, embeddingSize))]);
    case 'dense':
      return op('AddV2', output, [op('MatMul', `${output}-product`, [...inputs, given(one.kernel)]), given(one.bias)]);
  }
}

function writeAnswer({ op, constant }: TfGraph, { temperature }: ClassifierCard, said: readonly Said[]): void {
  const scalar = (name: string, value: number): string => constant(name, [], Float32Array.of(value));
  const lastAxis = constant('last-axis', [], Int32Array.of(1));
  op('ConcatV2', 'embedding', [...said.map(({ embedding }) => embedding), lastAxis], tfAttributes.concat(said.length));
  if (said.length === 1) op('Identity', 'logits', [said[0]!.logits]);
  else {
    const each = said.map(({ logits }, net) => op('Softmax', `net${net}/probabilities`, [logits]));
    const sum = op('AddN', 'sum-of-probabilities', each, tfAttributes.sum(each.length));
    const mean = op('RealDiv', 'mean-probabilities', [sum, scalar('nets', said.length)]);
    op('Log', 'logits', [op('Maximum', 'told-apart', [mean, scalar('least-probability', LEAST_PROBABILITY)])]);
  }
  op('Softmax', 'probabilities', [op('RealDiv', 'scaled', ['logits', scalar('temperature', temperature)])]);
}
