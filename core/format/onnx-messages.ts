import { field, fieldsOf, float, type Message, message, text } from './protobuf.ts';

/** Element types that are used here, by their numbers. */
export const ONNX_TYPES = { float: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const;
export type OnnxType = keyof typeof ONNX_TYPES;

/** Numbers of the fields of ModelProto. */
const MODEL = { irVersion: 1, producer: 2, doc: 6, graph: 7, opset: 8, metadata: 14 } as const;

/** The oldest that has all that is used here, so that old runtimes read it as well. */
const OPSET = 13;
const IR_VERSION = 7;

export interface OnnxModel {
  readonly name: string;
  readonly doc: string;
  /** Nodes, tensors, inputs and outputs: fields of a graph. */
  readonly parts: readonly Message[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, whose field numbers these are */
export const onnxModel = ({ name, doc, parts, metadata }: OnnxModel): Buffer =>
  message(
    field(MODEL.irVersion, IR_VERSION),
    text(MODEL.producer, 'omnidistill'),
    text(MODEL.doc, doc),
    field(MODEL.graph, message(...parts, text(2, name))),
    field(MODEL.opset, message(text(1, ''), field(2, OPSET))),
    ...Object.entries(metadata).map(([key, value]) => field(MODEL.metadata, message(text(1, key), text(2, value)))),
  );

/** What an attribute can be: a whole number, a list of them, or a float. */
export type OnnxAttribute = number | readonly number[] | { readonly float: number };

export const onnxNode = (
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
): Message =>
  field(
    1,
    message(
      ...inputs.map((name) => text(1, name)),
      ...outputs.map((name) => text(2, name)),
      text(3, outputs[0]!),
      text(4, op),
      ...Object.entries(attributes).map(([name, value]) => field(5, attribute(name, value))),
    ),
  );

/** A constant of a graph. @param type - by default that of the numbers */
export const onnxTensor = (
  name: string,
  dims: readonly number[],
  data: Float32Array | Int32Array | Uint8Array | BigInt64Array,
  type: OnnxType = data instanceof Float32Array ? 'float' : 'int64',
): Message => {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const axes = dims.map((length) => field(1, length));
  return field(5, message(...axes, field(2, ONNX_TYPES[type]), text(8, name), field(9, bytes)));
};

/** What goes in or comes out. @param axes - a text where the length is open */
export const onnxValue = (
  kind: 'input' | 'output',
  name: string,
  type: OnnxType,
  axes: readonly (number | string)[],
): Message => {
  const dims = axes.map((length) => field(1, message(typeof length === 'number' ? field(1, length) : text(2, length))));
  const tensor = message(field(1, ONNX_TYPES[type]), field(2, message(...dims)));
  return field(kind === 'input' ? 11 : 12, message(text(1, name), field(2, message(field(1, tensor)))));
};

/** The metadata of a model, without reading its tensors. @throws RangeError on bytes that are none */
export const onnxMetadata = (bytes: Buffer): Record<string, string> => {
  const entries: [string, string][] = [];
  for (const { number, value } of fieldsOf(bytes)) {
    if (number !== MODEL.metadata || !Buffer.isBuffer(value)) continue;
    const parts = [...fieldsOf(value)].map((part) => [part.number, String(part.value)] as const);
    entries.push([parts.find(([at]) => at === 1)?.[1] ?? '', parts.find(([at]) => at === 2)?.[1] ?? '']);
  }
  return Object.fromEntries(entries);
};

function attribute(name: string, value: OnnxAttribute): Message {
  if (typeof value === 'number') return message(text(1, name), field(3, value), field(20, 2));
  if ('float' in value) return message(text(1, name), float(2, value.float), field(20, 1));
  return message(text(1, name), ...value.map((one) => field(8, one)), field(20, 7));
}
