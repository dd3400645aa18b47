import * as tf from '@tensorflow/tfjs-core';
import { imageAt } from '../data/images.ts';
import { alignerOf } from './align.ts';
import { detailOf } from './detail.ts';
import { commonImpression, type Grid, numbersOf, ownImpression, roughImpression } from './impressions.ts';
import { mirrored, type Thumbnails } from './thumbnails.ts';

/** The reference that an image is most like. */
export interface Match {
  readonly reference: number;
  /** Correlation where the two fit best, in [-1, 1]. */
  readonly likeness: number;
}

export interface SearchOptions {
  /** Cosine of impressions from which a reference is compared with an image in full. @default 0.5 */
  readonly screen?: number;
  /** The reference that an image is itself, which is passed over. @default none */
  readonly self?: (image: number) => number;
}

/** Finds what an image was made from among a fixed set of references, or what it was made into. */
export interface CopyFinder {
  readonly references: number;
  /** Of each image the best of the references that are worth a comparison; `undefined` where none is. */
  nearest(images: Thumbnails, options?: SearchOptions): (Match | undefined)[];
  dispose(): void;
}

/** Fine enough to tell faces apart. */
const GRID: Grid = { step: 2, across: 10, reach: 2 };
const IMPRESSION = numbersOf(GRID);
/** Copies lie above it, however they were changed, and other faces seldom do (docs/guards.md). */
const SCREEN = 0.5;
/** References that are compared with an image in full, at most: where all images are alike, so would all be. */
const MOST_COMPARED = 16;

/** Where impressions are taken, in pixels of a thumbnail: of a shifted image one of these is near the unshifted one. */
const AWAY = 0.625;
const OFFSETS = [
  [-AWAY, -AWAY],
  [AWAY, -AWAY],
  [-AWAY, AWAY],
  [AWAY, AWAY],
] as const;
/** The image and its mirror, at each place. */
const QUERIES = 2 * OFFSETS.length;
const EVERY_QUERY = Array.from({ length: QUERIES }, (_, query) => query);

/** Cosines that are held at once. */
const MOST_COSINES = 4_000_000;

/**
 * Finds copies that were encoded again, mirrored, shifted or cut by a few percent, made smaller or larger, brighter or darker. Nearly
 * all pairs are told apart by their impressions, all at once by one product of matrices; the few that are left are laid on
 * each other.
 * @param references - what copies are looked for of
 */
export const copyFinder = (references: Thumbnails): CopyFinder => {
  const details = all(references, detailOf);
  const rough = details.map((detail) => roughImpression(detail, [0, 0], GRID));
  const common = commonImpression(rough, GRID);
  const impressions = new Float32Array(references.count * IMPRESSION);
  rough.forEach((one, i) => impressions.set(ownImpression(one, common), i * IMPRESSION));
  // Upright, because the wasm backend has no fast product with a transposed matrix.
  const upright = tf.tidy(() => tf.transpose(tf.tensor2d(impressions, [references.count, IMPRESSION])));
  const atOnce = Math.max(1, Math.floor(MOST_COSINES / Math.max(1, QUERIES * references.count)));

  const cosinesOf = (seen: readonly Seen[]): Float32Array => {
    const queries = new Float32Array(seen.length * QUERIES * IMPRESSION);
    seen.forEach((sides, i) =>
      sides.forEach((side, s) =>
        OFFSETS.forEach((offset, o) => {
          const query = ownImpression(roughImpression(side, offset, GRID), common);
          queries.set(query, ((i * sides.length + s) * OFFSETS.length + o) * IMPRESSION);
        }),
      ),
    );
    const product = tf.tidy(() => tf.matMul(tf.tensor2d(queries, [seen.length * QUERIES, IMPRESSION]), upright));
    // Not within `tidy`, which would look for tensors in millions of numbers.
    const cosines = product.dataSync() as Float32Array;
    product.dispose();
    return cosines;
  };

  const best = (sides: Seen, candidates: readonly Candidate[]): Match | undefined => {
    const aligners = sides.map((side) => lazily(() => alignerOf(side)));
    let match: Match | undefined;
    for (const [rank, { reference, query }] of candidates.entries()) {
      // A copy is nearly always the first of them, so it is given every start: a face is like its own mirror, and from a bad
      // start a fit may not be reached.
      for (const start of rank === 0 ? EVERY_QUERY : [query]) {
        const [x, y] = OFFSETS[start % OFFSETS.length]!;
        const align = aligners[Math.floor(start / OFFSETS.length)]!();
        const likeness = align(details[reference]!, [-x, -y]);
        if (match === undefined || likeness > match.likeness) match = { reference, likeness };
      }
    }
    return match;
  };

  return {
    references: references.count,
    nearest(images, { screen = SCREEN, self = () => -1 } = {}) {
      if (references.count === 0) return new Array<undefined>(images.count).fill(undefined);
      const matches: (Match | undefined)[] = [];
      for (let start = 0; start < images.count; start += atOnce) {
        const count = Math.min(atOnce, images.count - start);
        const seen = Array.from({ length: count }, (_, i) => bothSides(imageAt(images, start + i)));
        const cosines = cosinesOf(seen);
        seen.forEach((sides, i) => {
          const block = cosines.subarray(i * QUERIES * references.count, (i + 1) * QUERIES * references.count);
          matches.push(best(sides, worthComparing(block, references.count, screen, self(start + i))));
        });
      }
      return matches;
    },
    dispose: () => upright.dispose(),
  };
};

/** Details of an image and of its mirror. */
type Seen = readonly [Float32Array, Float32Array];

/** A reference, and the query that it is most like. */
interface Candidate {
  readonly reference: number;
  readonly query: number;
  readonly cosine: number;
}

/** @param cosines - `[queries, references]` of one image */
function worthComparing(cosines: Float32Array, references: number, screen: number, self: number): Candidate[] {
  const found: Candidate[] = [];
  for (let reference = 0; reference < references; reference++) {
    let [query, cosine] = [0, cosines[reference]!];
    for (let q = 1, at = references + reference; q < QUERIES; q++, at += references) {
      if (cosines[at]! > cosine) [query, cosine] = [q, cosines[at]!];
    }
    if (cosine >= screen && reference !== self) found.push({ reference, query, cosine });
  }
  return found.sort((a, b) => b.cosine - a.cosine || a.reference - b.reference).slice(0, MOST_COMPARED);
}

function all<T>(images: Thumbnails, of: (thumbnail: Uint8Array) => T): T[] {
  return Array.from({ length: images.count }, (_, i) => of(imageAt(images, i)));
}

function bothSides(thumbnail: Uint8Array): Seen {
  return [detailOf(thumbnail), detailOf(mirrored(thumbnail))];
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
