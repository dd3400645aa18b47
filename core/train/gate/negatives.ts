import type { Images } from '../../data/images.ts';
import { imageAt } from '../../data/images.ts';
import { AREA, SIDE } from '../../gate/grey.ts';
import { type Random, random } from '../../tensor/random.ts';
import { collage, leaves, strokes, thing } from './negatives/drawn.ts';
import { blobs, clouds, gradient, white } from './negatives/noise.ts';
import { enlarged, rolled, scrambled, shuffled, transposed, turned } from './negatives/spoiled.ts';

/** Makes one image that does not show what the labelled set shows: `[48, 48]`, about 0 to 1. */
type Draw = (draw: Random, labelled: () => Float32Array) => Float32Array;

const spoiled =
  (spoil: (draw: Random, image: Float32Array) => Float32Array): Draw =>
  (draw, labelled) =>
    spoil(draw, labelled());

/** What the gate learns to refuse: labelled images that were spoiled, and drawings of nothing. A new kind is a line here. */
export const NEGATIVES = {
  'shuffled in 36': spoiled(shuffled(6)),
  'shuffled in 9': spoiled(shuffled(3)),
  'shuffled in 4': spoiled(shuffled(2)),
  'upside down': spoiled(turned),
  'on its side': spoiled(transposed),
  'shifted by half': spoiled(rolled),
  'a part, enlarged': spoiled(enlarged),
  'phases of noise': spoiled(scrambled),
  collage,
  leaves,
  thing,
  strokes,
  blobs,
  clouds,
  noise: white,
  gradient,
} as const satisfies Readonly<Record<string, Draw>>;

export type NegativeKind = keyof typeof NEGATIVES;
export const NEGATIVE_KINDS = Object.keys(NEGATIVES) as NegativeKind[];

/** Kinds of endless variety: it takes more images to learn what they can be. */
export const VARIED: ReadonlySet<NegativeKind> = new Set(['collage', 'leaves', 'thing']);

/**
 * Images of one kind.
 * @param labelled - grey, 48 by 48
 */
export const makeNegatives = (
  kind: NegativeKind,
  labelled: Images<Float32Array>,
  count: number,
  seed: number,
): Images<Float32Array> => {
  const draw = random(seed, 'negatives', kind);
  const pixels = new Float32Array(count * AREA);
  for (let i = 0; i < count; i++) {
    pixels.set(
      NEGATIVES[kind](draw, () => imageAt(labelled, draw.below(labelled.count))),
      i * AREA,
    );
  }
  return { size: SIDE, channels: 1, count, pixels: pixels.map((value) => Math.max(0, Math.min(1, value))) };
};
