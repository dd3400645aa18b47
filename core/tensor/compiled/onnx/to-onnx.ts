import { onnxModel, onnxTensor, onnxValue } from '../../../format/onnx-messages.ts';
import { type OnnxWriter, onnxWriter } from '../../../format/onnx-writer.ts';
import type { Message } from '../../../format/protobuf.ts';
import { CONVOLUTIONS } from './convolutions.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { POOLS } from './pools.ts';
import type { RecordedKernels, TensorSpec } from './record-kernels.ts';
import { REDUCTIONS } from './reductions.ts';
import { SHAPES } from './shapes.ts';
import { isKnownType, type OnnxBuilder, onnxTypeOf, type Translate } from './translate.ts';

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
  if (!typed.every(({ dtype }) => isKnownType(dtype))) return undefined;

  for (const [i, { id, shape, dtype }] of inputs.entries()) {
    names.set(id, inputName(i));
    parts.push(onnxValue('input', inputName(i), onnxTypeOf(dtype), shape));
  }
  for (const [i, { id, shape, dtype, values }] of constants.entries()) {
    names.set(id, `constant${i}`);
    parts.push(onnxTensor(`constant${i}`, shape, values as Float32Array, onnxTypeOf(dtype)));
  }
  const writer = onnxWriter(parts);
  const builder = builderOf(writer);
  for (const call of calls) {
    const of = Object.fromEntries(Object.entries(call.inputs).map(([name, { id }]) => [name, names.get(id)!]));
    const made = TRANSLATIONS[call.kernel]?.(builder, { ...call, of });
    if (made === undefined) return undefined;
    for (const [i, { id }] of call.outputs.entries()) names.set(id, made[i]!);
  }
  for (const [i, { id, shape, dtype }] of outputs.entries()) {
    writer.node('Identity', [names.get(id)!], outputName(i));
    parts.push(onnxValue('output', outputName(i), onnxTypeOf(dtype), shape));
  }
  return onnxModel({ name: 'compiled', doc: '', parts, metadata: {} });
};

function builderOf(writer: OnnxWriter): OnnxBuilder {
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
