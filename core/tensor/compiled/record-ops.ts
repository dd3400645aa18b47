import type * as tf from '@tensorflow/tfjs-core';
import type { Message } from '../../format/protobuf.ts';
import type { Binding, OpAttribute, TensorflowBackend, TensorOfBinding } from '../tensorflow-op.ts';
import { notGiven, notToBeRead } from './loaded-graph.ts';
import { attribute, node } from './saved-model.ts';

/** What was done, as a graph. */
export interface Recorded {
  readonly graph: readonly Message[];
  /** Of the tensors in the graph. */
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

/**
 * Does work once and records each operation that reaches TensorFlow. What the work itself uploads becomes a constant.
 * @param work - on the inputs; what it returns is disposed
 * @throws RangeError when the work reads values, or a tensor that is neither an input nor its own
 */
export const recordOps = (
  backend: TensorflowBackend,
  inputs: readonly tf.Tensor[],
  work: () => readonly tf.Tensor[],
): Recorded => {
  const { binding } = backend;
  const graph: Message[] = [];
  const names = new Map<number, string>();
  const add = (op: string, from: readonly string[], attributes: Record<string, Message>, ids: readonly number[]) => {
    const name = `n${graph.length}`;
    graph.push(node(name, op, from, attributes));
    for (const [i, id] of ids.entries()) names.set(id, `${name}:${i}`);
  };
  const nameOf = (id: number): string => names.get(id) ?? notGiven();

  // Values that wait for their upload must go before: they would be taken for constants.
  const given = backend.getInputTensorIds(inputs);
  for (const [i, { dtype, shape }] of inputs.entries()) {
    const type = attribute.type(backend.getDTypeInteger(dtype));
    add('Placeholder', [], { dtype: type, shape: attribute.shape(shape) }, [given[i]!]);
  }
  const { move } = backend;
  const written = new WeakSet<object>();
  const recording: Partial<Binding> = {
    createTensor(shape, type, values) {
      if (!written.has(values)) return notGiven();
      const id = binding.createTensor(shape, type, values);
      const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
      add('Const', [], { dtype: attribute.type(type), value: attribute.tensor(type, shape, bytes) }, [id]);
      return id;
    },
    executeOp(op, attributes, ids, count) {
      const from = ids.map(nameOf);
      const outputs = binding.executeOp(op, attributes, ids, count);
      const named = Object.fromEntries(attributes.map((one) => [one.name, attributeOf(binding, one)]));
      add(op, from, named, outputs.map(idOf));
      return outputs;
    },
    tensorDataSync: notToBeRead,
  };

  backend.move = (...tensor) => {
    written.add(tensor[1]);
    move.apply(backend, tensor);
  };
  // Of an empty object: the addon's functions are constant properties, which a proxy of the addon would have to give back as they are.
  backend.binding = new Proxy({} as Binding, {
    get: (_, key) => Reflect.get(recording, key) ?? Reflect.get(binding, key),
  });
  try {
    const outputs = work();
    const outputNames = backend.getInputTensorIds(outputs).map(nameOf);
    for (const output of outputs) output.dispose();
    return { graph, inputNames: given.map(nameOf), outputNames };
  } finally {
    backend.binding = binding;
    backend.move = move;
  }
};

const idOf = ({ id }: TensorOfBinding): number => id;

function attributeOf(binding: Binding, { name, type, value }: OpAttribute): Message {
  const several = Array.isArray(value);
  switch (type) {
    case binding.TF_ATTR_STRING:
      return attribute.string(value as string);
    case binding.TF_ATTR_INT:
      return several ? attribute.integers(value) : attribute.integer(value as number);
    case binding.TF_ATTR_FLOAT:
      return attribute.float(value as number);
    case binding.TF_ATTR_BOOL:
      return attribute.boolean(value as boolean);
    case binding.TF_ATTR_TYPE:
      return several ? attribute.types(value) : attribute.type(value as number);
    case binding.TF_ATTR_SHAPE:
      return attribute.shape(value as number[]);
    default:
      throw new RangeError(`The attribute ${name} is of a kind that no graph is known to have: ${type}.`);
  }
}
