import { type Architecture, blockShapes, type ConvBlock } from '../contracts/nets/architecture.ts';
import { NETS, type NetName } from '../contracts/nets.ts';
import type { Shape } from '../data/images.ts';
import { type Graph, graphOf } from './graph.ts';

/** What decides the shape of a net. */
export interface NetSpec extends Shape {
  readonly name: NetName;
  /** Channels of the first convolution. */
  readonly width: number;
  readonly classes: number;
  /** Whether an image's mirror shows the same class. @default true */
  readonly mirror?: boolean;
}

/** A tensor's name and shape. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A net of one shape, without its values. `Weights` are the net and its values. */
export interface Net extends Shape {
  readonly classes: number;
  /** Whether an image's mirror shows the same class: then it learns from both and says the mean of both. */
  readonly mirror: boolean;
  readonly architecture: Architecture;
  /** In the order of the flat vector: of each convolution kernel, gamma and beta; then the linear head. */
  readonly parameters: readonly TensorSpec[];
  /** What batch norm has to know of the data to predict, in the order of the flat vector; empty without batch norm. */
  readonly batchNormStats: readonly TensorSpec[];
  /** Length of the embedding. */
  readonly embeddingSize: number;
  /** What it computes when it predicts. */
  readonly graph: Graph;
}

export const netOf = (spec: NetSpec): Net => buildNet(NETS[spec.name].architecture(spec.width), spec);

/** @param shape - of the images, the number of classes, and what mirrors show */
export const buildNet = (
  architecture: Architecture,
  shape: Pick<NetSpec, 'size' | 'channels' | 'classes' | 'mirror'>,
): Net => {
  const { size, channels, classes, mirror = true } = shape;
  const shapes = blockShapes(architecture, channels);
  const last = shapes.get(architecture.blocks.at(-1)!.name)!;
  const places = architecture.embedding === 'mean' ? 1 : Math.floor(size / last.reduction) ** 2;
  const embeddingSize = places * last.channels;
  const convolutions = architecture.blocks.filter((block): block is ConvBlock => block.kind === 'conv');
  return {
    size,
    channels,
    classes,
    mirror,
    architecture,
    parameters: [
      ...convolutions.flatMap(({ name, from, kernel, channels }) => [
        { name: `${name}.kernel`, shape: [kernel, kernel, shapes.get(from)!.channels, channels] },
        { name: `${name}.gamma`, shape: [channels] },
        { name: `${name}.beta`, shape: [channels] },
      ]),
      { name: 'head.kernel', shape: [embeddingSize, classes] },
      { name: 'head.bias', shape: [classes] },
    ],
    batchNormStats: convolutions
      .filter(({ norm }) => norm === 'batch')
      .flatMap(({ name, channels }) => [
        { name: `${name}.mean`, shape: [channels] },
        { name: `${name}.variance`, shape: [channels] },
      ]),
    embeddingSize,
    graph: graphOf(architecture),
  };
};
