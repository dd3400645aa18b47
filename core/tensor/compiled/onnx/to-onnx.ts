import type * as tf from '@tensorflow/tfjs-core';
import { onnxModel, onnxTensor, onnxValue } from '../../../format/onnx-messages.ts';
import { onnxWriter } from '../../../format/onnx-writer.ts';
import type { Message } from '../../../format/protobuf.ts';
import { CONVOLUTIONS } from './convolutions.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { POOLS } from './pools.ts';
import type { RecordedKernels, TensorSpec } from './record-kernels.ts';
import { REDUCTIONS } from './reductions.ts';
import { SHAPES } from './shapes.ts';
import { ONNX_TYPE, type OnnxBuilder, type Translate } from './translate.ts';

const TRANSLATIONS: Readonly<Record<string, Translate>> = {
  ...ELEMENTWISE,
  ...REDUCTIONS,
  ...SHAPES,
  ...CONVOLUTIONS,
  ...POOLS,
};

export const inputName = (i: number): string => `input${i}`;
export const outputName = (i: number): string => `output${i}`;

/** Recorded kernels as an ONNX model; nothing where one of them, or the type of a tensor, has no counterpart. */
export const kernelsToOnnx = (
  inputs: readonly TensorSpec[],
  { calls, constants, outputs }: RecordedKernels,
): Message | undefined => {
  const parts: Message[] = [];
  const names = new Map<number, string>();
  const typed = [...inputs, ...constants, ...outputs, ...calls.flatMap((call) => call.outputs)];
  if (typed.some(({ dtype }) => !(dtype in ONNX_TYPE))) return undefined;

  for (const [i, { id, shape, dtype }] of inputs.entries()) {
    names.set(id, inputName(i));
    parts.push(onnxValue('input', inputName(i), typeOf({ dtype }), shape));
  }
  for (const [i, { id, shape, dtype, values }] of constants.entries()) {
    names.set(id, `constant${i}`);
    parts.push(onnxTensor(`constant${i}`, shape, values as Float32Array, typeOf({ dtype })));
  }
  const builder = builderOf(parts);
  for (const call of calls) {
    const of = Object.fromEntries(Object.entries(call.inputs).map(([name, { id }]) => [name, names.get(id)!]));
    const made = TRANSLATIONS[call.kernel]?.(builder, { ...call, of });
    if (made === undefined) return undefined;
    for (const [i, { id }] of call.outputs.entries()) names.set(id, made[i]!);
  }
  for (const [i, { id, shape, dtype }] of outputs.entries()) {
    onnxWriter(parts).node('Identity', [names.get(id)!], outputName(i));
    parts.push(onnxValue('output', outputName(i), typeOf({ dtype }), shape));
  }
  return onnxModel({ name: 'compiled', doc: '', parts, metadata: {} });
};

const typeOf = ({ dtype }: { readonly dtype: tf.DataType }) => ONNX_TYPE[dtype as keyof typeof ONNX_TYPE];

function builderOf(parts: Message[]): OnnxBuilder {
  const writer = onnxWriter(parts);
  let made = 0;
  const next = (): string => `t${made++}`;
  const nodes: OnnxBuilder['nodes'] = (op, inputs, count, attributes) => {
    const outputs = Array.from({ length: count }, next);
    writer.node(op, inputs, outputs, attributes);
    return outputs;
  };
  return {
    nodes,
    node: (op, inputs, attributes) => nodes(op, inputs, 1, attributes)[0]!,
    integers: (values) => writer.integers(next(), values),
    float: (value) => writer.floats(next(), [], Float32Array.of(value)),
  };
}
