import type { NamedTensor } from '../format/safetensors.ts';

/** A node of a TensorFlow graph as `model.json` has it. */
export interface TfNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<Record<string, unknown>>;
}

/** How attributes are written down. */
const FLOAT = { type: 'DT_FLOAT' };
const INT = { type: 'DT_INT32' };
const list = (...values: readonly number[]) => ({ list: { i: values.map(String) } });
const base64 = (word: string) => ({ s: Buffer.from(word).toString('base64') });

/** The attributes that ops need beside the type of what they compute. */
const PLACES = { strides: list(1, 2, 2, 1), ksize: list(1, 2, 2, 1), padding: base64('VALID') };
const NHWC = { data_format: base64('NHWC') };
export const tfAttributes = {
  conv: (stride: number) => ({
    ...{ strides: list(1, stride, stride, 1), dilations: list(1, 1, 1, 1), padding: base64('SAME') },
    ...NHWC,
  }),
  pool: () => ({ ...PLACES, ...NHWC }),
  concat: (values: number) => ({ N: { i: String(values) }, Tidx: INT }),
  split: (parts: number) => ({ num_split: { i: String(parts) } }),
  mean: (keep: boolean) => ({ keep_dims: { b: keep }, Tidx: INT }),
  sum: (values: number) => ({ N: { i: String(values) } }),
} as const;

/** A graph that grows node by node. */
export interface TfGraph {
  readonly nodes: TfNode[];
  readonly constants: { readonly name: string; readonly tensor: NamedTensor }[];
  /** Adds an operation on floats. @returns its name */
  op(op: string, name: string, input: readonly string[], attributes?: Readonly<Record<string, unknown>>): string;
  /** Adds a constant. @returns its name */
  constant(name: string, shape: readonly number[], data: Float32Array | Int32Array): string;
  /** Adds what the graph is given: floats of this shape, the first axis open. */
  placeholder(name: string, shape: readonly number[]): string;
}

export function tfGraph(): TfGraph {
  const nodes: TfGraph['nodes'] = [];
  const constants: TfGraph['constants'] = [];
  return {
    nodes,
    constants,
    op(op, name, input, attributes = {}) {
      nodes.push({ name, op, input, attr: { T: FLOAT, ...attributes } });
      return name;
    },
    constant(name, shape, data) {
      nodes.push({ name, op: 'Const', attr: { dtype: data instanceof Int32Array ? INT : FLOAT } });
      constants.push({ name, tensor: { shape, data } });
      return name;
    },
    placeholder(name, shape) {
      const dim = [-1, ...shape].map((size) => ({ size: String(size) }));
      nodes.push({ name, op: 'Placeholder', attr: { dtype: FLOAT, shape: { shape: { dim } } } });
      return name;
    },
  };
}
