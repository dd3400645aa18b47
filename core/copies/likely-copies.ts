import { SKETCH_BITS, SKETCH_WORDS, SKETCHES_WORDS, type Sketches, VIEWS } from './sketches.ts';

/** Two images that may be copies, by their places. */
export interface LikelyCopy {
  readonly earlier: number;
  readonly later: number;
  /** Whether the view is of the later one; else it is of the earlier one. */
  readonly turned: boolean;
  /** Which of `VIEWS` of the one lies nearest to the other as it is. */
  readonly view: number;
  /** Bits that differ. */
  readonly distance: number;
}

/** Bits of two sketches that may differ: 98 % of copies lie below, however they were changed, and one of 9,000 pairs of others. */
const MOST_DIFFERENT = 56;
/** Earlier images that are named for a later one, at most. */
const MOST_NAMED = 2;
/** Parts of a sketch that are looked up; two images meet where in one of them at most one bit differs. */
const MOST_BANDS = 12;
/** Images of a part that one side of an image is compared with, at most: where a pool shows one thing alone, all would meet. */
const MOST_COMPARED = 64;
const SIDE_VIEWS = VIEWS.length / 2;
const FEWEST_BITS = 8;
const MOST_BITS = 24;

/**
 * Pairs whose sketches are alike, found without comparing all with all: images are put in buckets by some bits of their
 * sketch, as many buckets as there are images, and only those of a bucket are compared. Once for each of several parts of
 * the sketch, so that copies miss each other in one and meet in another.
 * @returns by the later image, the nearest first
 * @see Indyk and Motwani, Approximate Nearest Neighbors (STOC 1998)
 */
export const likelyCopies = ({ count, words }: Sketches): Map<number, LikelyCopy[]> => {
  const bits = Math.max(FEWEST_BITS, Math.min(MOST_BITS, Math.ceil(Math.log2(count + 1))));
  const bands = Math.min(MOST_BANDS, Math.floor(SKETCH_BITS / bits));
  const own = firstViews(words, count);
  const found = new Map<number, LikelyCopy[]>();
  for (let band = 0; band < bands; band++) {
    const { starts, order } = bucketsOf(count, bits, (i) => bitsFrom(own, i * SKETCH_WORDS, band * bits, bits));
    for (let one = 0; one < count; one++) {
      let left = 0;
      for (let view = 0; view < VIEWS.length; view++) {
        // What meets many as it is must still be looked for mirrored.
        if (view % SIDE_VIEWS === 0) left = MOST_COMPARED;
        const at = one * SKETCHES_WORDS + view * SKETCH_WORDS;
        const key = bitsFrom(words, at, band * bits, bits);
        for (let flip = -1; flip < bits; flip++) {
          const bucket = flip < 0 ? key : key ^ (1 << flip);
          for (let k = starts[bucket]!; k < starts[bucket + 1]! && left > 0; k++, left--) {
            const other = order[k]!;
            if (other === one) continue;
            const distance = differing(words, at, own, other * SKETCH_WORDS);
            if (distance <= MOST_DIFFERENT) note(found, pairOf(one, other, view, distance));
          }
        }
      }
    }
  }
  return found;
};

/** Images as they are, close together: nearly all the time goes into fetching them. */
function firstViews(words: Int32Array, count: number): Int32Array {
  const own = new Int32Array(count * SKETCH_WORDS);
  for (let i = 0; i < count; i++) {
    own.set(words.subarray(i * SKETCHES_WORDS, i * SKETCHES_WORDS + SKETCH_WORDS), i * SKETCH_WORDS);
  }
  return own;
}

function pairOf(one: number, other: number, view: number, distance: number): LikelyCopy {
  const turned = one > other;
  return { earlier: turned ? other : one, later: turned ? one : other, turned, view, distance };
}

/** Keeps the nearest few of each image, and of one pair the nearest view. */
function note(found: Map<number, LikelyCopy[]>, pair: LikelyCopy): void {
  const known = found.get(pair.later);
  if (known === undefined) {
    found.set(pair.later, [pair]);
    return;
  }
  if (known.length === MOST_NAMED && !isNearer(pair, known.at(-1)!)) return;
  const same = known.findIndex(({ earlier }) => earlier === pair.earlier);
  if (same >= 0 && !isNearer(pair, known[same]!)) return;
  if (same >= 0) known.splice(same, 1);
  const place = known.findIndex((one) => isNearer(pair, one));
  known.splice(place < 0 ? known.length : place, 0, pair);
  if (known.length > MOST_NAMED) known.pop();
}

/** Ties go by place, so that the order in which pairs are met makes no difference. */
function isNearer(a: LikelyCopy, b: LikelyCopy): boolean {
  return a.distance - b.distance < 0 || (a.distance === b.distance && a.earlier < b.earlier);
}

/** Images by bucket: those of bucket `b` stand in `order` from `starts[b]` to `starts[b + 1]`. */
function bucketsOf(count: number, bits: number, keyOf: (image: number) => number) {
  const starts = new Int32Array(2 ** bits + 1);
  const keys = Int32Array.from({ length: count }, (_, i) => keyOf(i));
  for (const key of keys) starts[key + 1]! += 1;
  for (let bucket = 0; bucket < starts.length - 1; bucket++) starts[bucket + 1]! += starts[bucket]!;
  const next = starts.slice();
  const order = new Int32Array(count);
  keys.forEach((key, i) => (order[next[key]!++] = i));
  return { starts, order };
}

/** At most 24 bits of a sketch that starts at a word. */
function bitsFrom(words: Int32Array, start: number, from: number, bits: number): number {
  const [word, shift] = [start + (from >> 5), from & 31];
  const low = words[word]! >>> shift;
  const high = shift === 0 ? 0 : words[word + 1]! << (32 - shift);
  return (shift + bits > 32 ? low | high : low) & ((1 << bits) - 1);
}

function differing(words: Int32Array, at: number, others: Int32Array, other: number): number {
  let sum = 0;
  for (let k = 0; k < SKETCH_WORDS && sum <= MOST_DIFFERENT; k++) sum += ones(words[at + k]! ^ others[other + k]!);
  return sum;
}

/** @see Hacker's Delight, 5-1 */
function ones(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
