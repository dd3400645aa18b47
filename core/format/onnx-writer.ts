import { type OnnxAttribute, onnxNode, onnxTensor } from './onnx-messages.ts';
import type { Message } from './protobuf.ts';

/** An ONNX graph that grows node by node. */
export interface OnnxWriter {
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

/** @param parts - where the fields of the graph go */
export function onnxWriter(parts: Message[]): OnnxWriter {
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
