/** One step of a net, as data. Its name is the first part of its tensors' names; 'images' is what the net is given. */
export type Block = ConvBlock | SumBlock;

/** A convolution with 'same' padding and without bias, a norm, and what is asked for behind it. */
export interface ConvBlock {
  readonly kind: 'conv';
  readonly name: string;
  /** The block that it reads. */
  readonly from: string;
  /** Side of the kernel, odd. */
  readonly kernel: number;
  readonly stride: 1 | 2;
  /** Channels of its output. */
  readonly channels: number;
  readonly norm: 'batch' | 'instance';
  readonly relu: boolean;
  /** Over 2×2 places, after ReLU. */
  readonly pool?: 'max' | 'average';
}

/** The sum of two blocks of one shape, then ReLU: the end of a residual block. */
export interface SumBlock {
  readonly kind: 'sum';
  readonly name: string;
  readonly of: readonly [string, string];
}

/** A convolutional net as data, from which all else is derived. A linear head on the embedding ends every net. */
export interface Architecture {
  /** In the order in which they are computed. The last one's output is the feature map. */
  readonly blocks: readonly Block[];
  /** The embedding is the mean of the feature map over height and width, or all of it. */
  readonly embedding: 'mean' | 'flatten';
  /** How fresh kernels are drawn: `he` for ReLU (normal, √(2/inputs)), or uniform within ±1/√inputs. */
  readonly initial: 'he' | 'uniform';
}

/** A net that can be chosen by its name. */
export interface NetChoice {
  /** What it is, in a sentence. */
  readonly about: string;
  /** @param width - channels of the first convolution, `net.width` */
  architecture(width: number): Architecture;
}

/** What a block hands on: its channels, and how many pixels of the image one of its places stands for, per side. */
export interface BlockShape {
  readonly channels: number;
  readonly reduction: number;
}

/** The shape of each block's output by its name, and of the images as 'images'. */
export function blockShapes({ blocks }: Architecture, channels: number): ReadonlyMap<string, BlockShape> {
  const shapes = new Map<string, BlockShape>([['images', { channels, reduction: 1 }]]);
  for (const block of blocks) {
    const input = shapes.get(inputsOf(block)[0]!)!;
    const own =
      block.kind === 'sum'
        ? input
        : { channels: block.channels, reduction: input.reduction * block.stride * (block.pool === undefined ? 1 : 2) };
    shapes.set(block.name, own);
  }
  return shapes;
}

/** The blocks that a block reads. */
export function inputsOf(block: Block): readonly string[] {
  return block.kind === 'sum' ? block.of : [block.from];
}

/** By how much a net reduces each side of an image: sizes have to be multiples of it. */
export function reductionOf(architecture: Architecture): number {
  return blockShapes(architecture, 1).get(architecture.blocks.at(-1)!.name)!.reduction;
}

/** Numbers of the largest feature map of one image: what decides how many images fit into memory at once. */
export function largestMapOf(architecture: Architecture, size: number): number {
  const shapes = blockShapes(architecture, 1);
  const maps = architecture.blocks.map((block) => {
    const { channels, reduction } = shapes.get(block.name)!;
    const beforePool = block.kind === 'conv' && block.pool !== undefined ? reduction / 2 : reduction;
    return channels * Math.ceil(size / beforePool) ** 2;
  });
  return Math.max(...maps);
}
