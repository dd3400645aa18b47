import type { OnnxWriter } from '../format/onnx-writer.ts';
import type { FoldedTensors } from '../nets/folded.ts';
import type { GraphNode } from '../nets/graph.ts';
import type { Net } from '../nets/net.ts';
import { NORM_EPSILON } from '../tensor/batch-norm.ts';
import { samePadding } from '../tensor/conv.ts';

/** What a net gives: names of its embedding and of its logits. */
export interface Said {
  readonly embedding: string;
  readonly logits: string;
}

/**
 * Writes what one net computes of images, and of their mirrors where it takes them as well.
 * @param seen - name of the images `[n, channels, size, size]`, or of both, one behind the other: `[2n, …]`
 * @param prefix - of all names
 */
export function writeNet(
  writer: OnnxWriter,
  { graph, size, mirror }: Pick<Net, 'graph' | 'size' | 'mirror'>,
  tensors: FoldedTensors,
  seen: string,
  prefix: string,
): Said {
  const { node, floats } = writer;
  /** Names of values there, by those of the graph. */
  const names = new Map([[graph.images as string, seen]]);
  /** Side of each map. */
  const sides = new Map([[graph.images as string, size]]);
  for (const one of graph.nodes) {
    const inputs = one.inputs.map((name) => names.get(name)!);
    const side = sides.get(one.inputs[0]!)!;
    sides.set(one.name, sideAfter(one, side));
    const output = writeNode(writer, one, inputs, { tensors, prefix, side });
    if (!mirror || one.name !== graph.embedding) {
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
  { node, floats }: OnnxWriter,
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
