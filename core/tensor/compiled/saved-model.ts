import { field, float, type Message, message, text } from '../../format/protobuf.ts';

/** Name of the file in the folder of a saved model. */
export const SAVED_MODEL = 'saved_model.pb';

/** What its only graph is found by. */
export const TAG = 'omnidistill';

/** Version of graphs as TensorFlow 2.21 writes them. @see TF_GRAPH_DEF_VERSION in tensorflow/core/public/release_version.h */
const PRODUCER = 1882;

/**
 * A saved model of TensorFlow without variables or signatures: the bytes of `saved_model.pb`.
 * @see tensorflow/core/protobuf/saved_model.proto and meta_graph.proto for the numbers of the fields, as in all below
 */
export const savedModel = (nodes: readonly Message[]): Message => {
  const graph = message(...nodes.map((node) => field(1, node)), field(4, field(1, PRODUCER)));
  return message(field(1, 1), field(2, message(field(1, text(4, TAG)), field(2, graph))));
};

/** A node of a graph. @param inputs - names of tensors, `node:output` @see tensorflow/core/framework/node_def.proto */
export const node = (
  name: string,
  op: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, Message>>,
): Message =>
  message(
    text(1, name),
    text(2, op),
    ...inputs.map((input) => text(3, input)),
    ...Object.entries(attributes).map(([key, value]) => field(5, message(text(1, key), field(2, value)))),
  );

/** Values of attributes. @see tensorflow/core/framework/attr_value.proto */
export const attribute = {
  string: (value: string): Message => text(2, value),
  integer: (value: number): Message => field(3, value),
  float: (value: number): Message => float(4, value),
  boolean: (value: boolean): Message => field(5, value ? 1 : 0),
  type: (value: number): Message => field(6, value),
  shape: (value: readonly number[]): Message => field(7, shapeOf(value)),
  integers: (values: readonly number[]): Message => field(1, message(...values.map((value) => field(3, value)))),
  types: (values: readonly number[]): Message => field(1, message(...values.map((value) => field(6, value)))),
  /** @param type - a number of TensorFlow's `DataType` @param bytes - as they lie in memory, little-endian */
  tensor: (type: number, shape: readonly number[], bytes: Buffer): Message =>
    field(8, message(field(1, type), field(2, shapeOf(shape)), field(4, bytes))),
} as const;

function shapeOf(shape: readonly number[]): Message {
  return message(...shape.map((size) => field(2, field(1, size))));
}
