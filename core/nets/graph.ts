import type { Architecture, Block, ConvBlock } from '../contracts/nets/architecture.ts';

type GraphOperation =
  /** Convolution with 'same' padding by the tensor `kernel` `[k, k, in, out]`; of an odd padding more lies at the end. */
  | { readonly op: 'conv'; readonly kernel: string; readonly stride: 1 | 2 }
  /** Adds the tensor `bias` `[c]` to every place. */
  | { readonly op: 'bias'; readonly bias: string }
  /** Normalises each image and channel, then scales by the tensor `gamma` `[c]` and shifts by `beta` `[c]`. */
  | { readonly op: 'instance-norm'; readonly gamma: string; readonly beta: string }
  /** Pools are over 2×2 places with stride 2; an odd last row or column is dropped. */
  | { readonly op: 'relu' | 'max-pool' | 'average-pool' }
  /** The sum of two inputs of one shape. */
  | { readonly op: 'add' }
  /** Mean over height and width `[n, c]`, or the whole map `[n, h · w · c]`. */
  | { readonly op: 'mean' | 'flatten' }
  /** Matrix product with the tensor `kernel` `[in, out]`, and the tensor `bias` `[out]` added. */
  | { readonly op: 'dense'; readonly kernel: string; readonly bias: string };

/** One operation of a graph. Maps are `[n, height, width, channels]`. */
export type GraphNode = GraphOperation & {
  /** Of its output. */
  readonly name: string;
  readonly inputs: readonly string[];
};

/**
 * What a net computes when it predicts, as data: batch norms are folded into kernels and biases. This is what runs
 * (`run-graph.ts`), so whoever writes it down for another runtime writes down the net itself.
 */
export interface Graph {
  /** Each after those that it reads. */
  readonly nodes: readonly GraphNode[];
  /** Names of the values that matter: standardised images in, the others out. */
  readonly images: 'images';
  readonly features: string;
  readonly embedding: 'embedding';
  readonly logits: 'logits';
}

export function graphOf({ blocks, embedding }: Architecture): Graph {
  const nodes: GraphNode[] = [];
  /** The last node of each block. */
  const output = new Map([['images', 'images']]);
  for (const block of blocks) {
    let before = block.kind === 'sum' ? block.of.map((name) => output.get(name)!) : [output.get(block.from)!];
    for (const operation of operationsOf(block)) {
      const node = { ...operation, name: `${block.name}.${operation.op}`, inputs: before };
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
