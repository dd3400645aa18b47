import { type Head, headLogits, rescaled } from '../backbone/head.ts';
import { probabilities } from '../nets/logits.ts';
import type { Prototypes } from '../nets/prototypes.ts';
import type { Opinion, ScoreImage } from './score.ts';

/**
 * Labels an image by each of some heads of one backbone. Whoever asks later what the mined images are worth needs labels by a head
 * that has not seen a part of the labelled set, and would have to embed the images again for them.
 */
export interface Relabeller {
  readonly folds: number;
  /** @param opinion - of `head` @returns `[folds]` */
  labels(opinion: Opinion): Int32Array;
}

/** @param head - whose scaled embeddings are given, and @param folds - the heads that each leave out a part */
export const relabeller = (
  head: Head,
  folds: readonly { readonly head: Head; readonly prototypes: Prototypes }[],
  score: ScoreImage,
): Relabeller => ({
  folds: folds.length,
  labels: ({ embedding }) =>
    Int32Array.from(folds, (fold) => {
      const own = rescaled(embedding, head.scale, fold.head.scale);
      // Of one net, no temperature changes which class is likeliest.
      const said = probabilities(headLogits(own, fold.head), fold.head.classes);
      return score([{ embedding: own, probabilities: said, prototypes: fold.prototypes }]).label;
    }),
});

/** Bytes that are kept of a candidate: its image, and behind it what labels it has by the folds. */
export interface Keeper {
  /** Of a candidate. */
  readonly bytes: number;
  join(image: Uint8Array, opinion: Opinion): Uint8Array;
  /** @param all - what was joined, one candidate behind the other */
  split(all: Uint8Array): { readonly pixels: Uint8Array; readonly foldLabels?: Int32Array };
}

/** @param values - bytes of an image */
export const keeperOf = (values: number, relabel: Relabeller | undefined): Keeper => {
  if (relabel === undefined) return { bytes: values, join: (image) => image, split: (pixels) => ({ pixels }) };
  const { folds } = relabel;
  const bytes = values + folds * Int32Array.BYTES_PER_ELEMENT;
  return {
    bytes,
    join(image, opinion) {
      const joined = new Uint8Array(bytes);
      joined.set(image);
      joined.set(new Uint8Array(relabel.labels(opinion).buffer), values);
      return joined;
    },
    split(all) {
      const count = all.length / bytes;
      const pixels = new Uint8Array(count * values);
      const labels = new Uint8Array(count * (bytes - values));
      for (let i = 0; i < count; i++) {
        pixels.set(all.subarray(i * bytes, i * bytes + values), i * values);
        labels.set(all.subarray(i * bytes + values, (i + 1) * bytes), i * (bytes - values));
      }
      return { pixels, foldLabels: new Int32Array(labels.buffer) };
    },
  };
};
