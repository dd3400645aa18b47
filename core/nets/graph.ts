import { z } from 'zod';
import type { Architecture, Block, ConvBlock } from '../contracts/nets/architecture.ts';

const name = z.string().min(1);
const operation = {
  /** Of its output. */
  name,
  inputs: z.array(name).min(1).max(2),
};

/** One operation of a graph. Maps are `[n, height, width, channels]`. */
export const GraphNode = z.discriminatedUnion('op', [
  /** Convolution with 'same' padding by the tensor `kernel` `[k, k, in, out]`; of an odd padding more lies at the end. */
  z.strictObject({ op: z.literal('conv'), kernel: name, stride: z.union([z.literal(1), z.literal(2)]), ...operation }),
  /** Adds the tensor `bias` `[c]` to every place. */
  z.strictObject({ op: z.literal('bias'), bias: name, ...operation }),
  /** Normalises each image and channel, then scales by the tensor `gamma` `[c]` and shifts by `beta` `[c]`. */
  z.strictObject({ op: z.literal('instance-norm'), gamma: name, beta: name, ...operation }),
  /**
   * Pools are over 2×2 places with stride 2; an odd last row or column is dropped. `add` is the sum of two inputs of one shape,
   * `mean` that over height and width `[n, c]`, `flatten` the whole map `[n, h · w · c]`.
   */
  z.strictObject({ op: z.enum(['relu', 'max-pool', 'average-pool', 'add', 'mean', 'flatten']), ...operation }),
  /** Matrix product with the tensor `kernel` `[in, out]`, and the tensor `bias` `[out]` added. */
  z.strictObject({ op: z.literal('dense'), kernel: name, bias: name, ...operation }),
]);
export type GraphNode = z.infer<typeof GraphNode>;

/** What a node is without its place in a graph. */
type GraphOperation = GraphNode extends infer Node
  ? Node extends GraphNode
    ? Omit<Node, 'name' | 'inputs'>
    : never
  : never;

/**
 * What a net computes when it predicts, as data: batch norms are folded into kernels and biases. This is what runs
 * (`run-graph.ts`), so whoever writes it down for another runtime writes down the net itself.
 */
export const Graph = z
  .strictObject({
    /** Each after those that it reads. */
    nodes: z.array(GraphNode).min(1),
    /** Names of the values that matter: standardised images in, the others out. */
    images: z.literal('images'),
    features: name,
    embedding: z.literal('embedding'),
    logits: z.literal('logits'),
  })
  .superRefine(checkOrder);
export type Graph = z.infer<typeof Graph>;

export function graphOf({ blocks, embedding }: Architecture): Graph {
  const nodes: GraphNode[] = [];
  /** The last node of each block. */
  const output = new Map([['images', 'images']]);
  for (const block of blocks) {
    let before = block.kind === 'sum' ? block.of.map((name) => output.get(name)!) : [output.get(block.from)!];
    for (const operation of operationsOf(block)) {
      const node: GraphNode = { ...operation, name: `${block.name}.${operation.op}`, inputs: before };
      nodes.push(node);
      before = [node.name];
    }
    output.set(block.name, before[0]!);
  }
  const features = output.get(blocks.at(-1)!.name)!;
  nodes.push(
    { op: embedding, name: 'embedding', inputs: [features] },
    { op: 'dense', name: 'logits', inputs: ['embedding'], kernel: 'head.kernel', bias: 'head.bias' },
  );
  return { nodes, images: 'images', features, embedding: 'embedding', logits: 'logits' };
}

function operationsOf(block: Block): GraphOperation[] {
  return block.kind === 'sum' ? [{ op: 'add' }, { op: 'relu' }] : convOperations(block);
}

function convOperations({ name, stride, norm, relu, pool }: ConvBlock): GraphOperation[] {
  const pooling: GraphOperation[] = pool === undefined ? [] : [{ op: `${pool}-pool` }];
  // Adding a constant and ReLU keep the order of values, so they may follow a max pool, where a quarter is left.
  const early = norm === 'batch' && pool === 'max';
  return [
    { op: 'conv', kernel: `${name}.kernel`, stride },
    ...(early ? pooling : []),
    norm === 'batch'
      ? { op: 'bias', bias: `${name}.bias` }
      : { op: 'instance-norm', gamma: `${name}.gamma`, beta: `${name}.beta` },
    ...(relu ? [{ op: 'relu' } as const] : []),
    ...(early ? [] : pooling),
  ];
}

/** A graph may come out of a file that anybody has written. */
function checkOrder(
  { nodes, embedding, logits }: { readonly nodes: readonly GraphNode[]; embedding: string; logits: string },
  context: z.RefinementCtx,
): void {
  const known = new Set(['images']);
  const require = (name: string, path: (string | number)[]): void => {
    if (known.has(name)) return;
    context.addIssue({ code: 'custom', path, message: `"${name}" is given by no node before` });
  };
  for (const [i, { name, inputs }] of nodes.entries()) {
    for (const input of inputs) require(input, ['nodes', i, 'inputs']);
    known.add(name);
  }
  require(embedding, ['embedding']);
  require(logits, ['logits']);
}
