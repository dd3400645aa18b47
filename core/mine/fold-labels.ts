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

/** Bytes that are kept of a candidate: its image, behind it its traces, and behind those what labels it has by the folds. */
export interface Keeper {
  /** Of a candidate. */
  readonly bytes: number;
  join(image: Uint8Array, trace: Uint8Array, opinion: Opinion): Uint8Array;
  /** @param all - what was joined, one candidate behind the other */
  split(all: Uint8Array): {
    readonly pixels: Uint8Array;
    readonly traces: Uint8Array;
    readonly foldLabels?: Int32Array;
  };
}

/** @param sizes - bytes of an image and of its traces */
export const keeperOf = (
  sizes: { readonly image: number; readonly trace: number },
  relabel: Relabeller | undefined,
): Keeper => {
  const behind = sizes.image + sizes.trace;
  const bytes = behind + (relabel?.folds ?? 0) * Int32Array.BYTES_PER_ELEMENT;
  return {
    bytes,
    join(image, trace, opinion) {
      if (bytes === sizes.image) return image;
      const joined = new Uint8Array(bytes);
      joined.set(image);
      joined.set(trace, sizes.image);
      if (relabel !== undefined) joined.set(new Uint8Array(relabel.labels(opinion).buffer), behind);
      return joined;
    },
    split(all) {
      const part = (from: number, to: number): Uint8Array<ArrayBuffer> => {
        const [width, count] = [to - from, all.length / bytes];
        const values = new Uint8Array(count * width);
        for (let i = 0; i < count; i++) values.set(all.subarray(i * bytes + from, i * bytes + to), i * width);
        return values;
      };
      const kept = { pixels: bytes === sizes.image ? all : part(0, sizes.image), traces: part(sizes.image, behind) };
      return relabel === undefined ? kept : { ...kept, foldLabels: new Int32Array(part(behind, bytes).buffer) };
    },
  };
};
