import { z } from 'zod';
import { ImageShape } from '../contracts/config.ts';
import { ClassName, RunId } from '../contracts/names.ts';
import { Role } from '../contracts/roles.ts';
import { DEVIATION_FLOOR } from '../data/standardise.ts';
import type { NamedTensor, Safetensors } from '../format/safetensors.ts';
import { type FoldedTensors, foldedTensors } from './folded.ts';
import { Graph } from './graph.ts';
import type { Weights } from './weights.ts';

/** What is to be known of a classifier beside its tensors. Stands in the metadata of every file that holds one. */
export const ClassifierCard = z.strictObject({
  /** Of this card and of what the tensors are called. */
  classifierVersion: z.literal(1),
  runId: RunId,
  /** What its nets were trained as. */
  role: Role,
  /** Of its nets, in their order. */
  seeds: z.array(z.number().int().min(0)).min(1),
  classes: z.array(ClassName).min(2),
  ...ImageShape.shape,
  /** What logits are divided by before they become probabilities. */
  temperature: z.number().positive(),
  /** Least deviation that an image is divided by, of a range from 0 to 1. */
  deviationFloor: z.number().positive(),
  /** Whether an image is seen with its mirror, and its embedding is the mean of both. */
  mirror: z.boolean(),
  /** Numbers of one net's embedding. */
  embeddingSize: z.number().int().min(1),
  /** What each of its nets computes. */
  graph: Graph,
});
export type ClassifierCard = z.infer<typeof ClassifierCard>;

/** One net, or several of one shape whose mean counts, with everything that is needed to classify images. */
export interface Classifier {
  readonly card: ClassifierCard;
  /** Tensors of the graph for each net. */
  readonly nets: readonly FoldedTensors[];
}

/** @param nets - of one shape, at least one @param about - what the nets do not say themselves */
export const classifierOf = (
  nets: readonly Weights[],
  about: Pick<ClassifierCard, 'runId' | 'role' | 'seeds' | 'classes' | 'temperature'>,
): Classifier => {
  const { size, channels, mirror, embeddingSize, graph } = nets[0]!.net;
  const shape = ImageShape.parse({ size, channels });
  const card = {
    classifierVersion: 1,
    ...about,
    ...shape,
    deviationFloor: DEVIATION_FLOOR,
    mirror,
    embeddingSize,
    graph,
  };
  return { card: ClassifierCard.parse(card), nets: nets.map(foldedTensors) };
};

/** The card as metadata, which are texts: each is JSON. */
export const cardToMetadata = (card: ClassifierCard): Record<string, string> =>
  Object.fromEntries(Object.entries(card).map(([key, value]) => [key, JSON.stringify(value)]));

/** @throws TypeError where a key is missing or holds something else; keys of others are passed over */
export const cardFromMetadata = (metadata: Readonly<Record<string, string>>): ClassifierCard => {
  const known = Object.keys(ClassifierCard.shape).filter((key) => metadata[key] !== undefined);
  if (!known.includes('classifierVersion')) throw new TypeError('its metadata have no "classifierVersion"');
  const parsed = ClassifierCard.safeParse(Object.fromEntries(known.map((key) => [key, parsedOrText(metadata[key]!)])));
  if (!parsed.success) throw new TypeError(`its metadata: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
};

/** The content of a classifier's safetensors file: the tensor `conv0.kernel` of the second net is `1.conv0.kernel`. */
export const classifierToTensors = ({ card, nets }: Classifier): Safetensors => ({
  tensors: Object.fromEntries(
    nets.flatMap((tensors, net) => Object.entries(tensors).map(([name, tensor]) => [`${net}.${name}`, tensor])),
  ),
  metadata: cardToMetadata(card),
});

/** @throws TypeError where the card is none, RangeError where a tensor is missing or does not fit the card */
export const classifierFromTensors = ({ tensors, metadata }: Safetensors): Classifier => {
  const card = cardFromMetadata(metadata);
  const nets = card.seeds.map((_, net) =>
    Object.fromEntries(
      tensorNames(card.graph).map((name) => {
        const tensor = tensors[`${net}.${name}`];
        if (!(tensor?.data instanceof Float32Array)) throw new RangeError(`the tensor "${net}.${name}" is missing`);
        return [name, tensor];
      }),
    ),
  );
  for (const net of nets) checkShapes(card, net);
  return { card, nets };
};

/** Names of the tensors that a graph reads. */
function tensorNames({ nodes }: Graph): string[] {
  return nodes.flatMap((node) => {
    if (node.op === 'conv') return [node.kernel];
    if (node.op === 'bias') return [node.bias];
    if (node.op === 'instance-norm') return [node.gamma, node.beta];
    return node.op === 'dense' ? [node.kernel, node.bias] : [];
  });
}

function checkShapes({ graph, channels, classes, embeddingSize }: ClassifierCard, tensors: FoldedTensors): void {
  const first = graph.nodes.find((node) => node.op === 'conv' && node.inputs[0] === graph.images);
  const axes = (tensor: NamedTensor | undefined): string => `[${tensor?.shape ?? ''}]`;
  if (first?.op === 'conv' && tensors[first.kernel]!.shape[2] !== channels) {
    throw new RangeError(
      `it says that it takes ${channels} channels, but "${first.kernel}" is ${axes(tensors[first.kernel])}`,
    );
  }
  const head = tensors['head.kernel'];
  if (head?.shape[0] !== embeddingSize || head.shape[1] !== classes.length) {
    throw new RangeError(
      `it names ${classes.length} classes and embeddings of ${embeddingSize} numbers, but "head.kernel" is ${axes(head)}`,
    );
  }
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
