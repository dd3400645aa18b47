import type { Candidate } from '../contracts/mined.ts';

/** The order of candidates, within a shard and over all of them. */
export const byScore = (a: Candidate, b: Candidate): number =>
  b.score - a.score || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** Images of the candidates of one shard may take so much memory. */
const MOST_BYTES = 96 * 1024 * 1024;

/**
 * How many candidates a shard can keep.
 * @param wanted - `mining.maxCandidatesPerShard`
 * @param values - bytes of an image
 */
export const candidateLimit = (wanted: number, values: number): number =>
  Math.max(1, Math.min(wanted, Math.floor(MOST_BYTES / values)));

/** Images whose memory is taken at once. */
const SLOTS = 1024;

interface KeptCandidate {
  readonly candidate: Candidate;
  /** How many were offered before it: equal keys stay in the order they came. */
  readonly arrival: number;
  /** Where its image lies. */
  readonly slot: number;
}

/** The best of any number of candidates, with their images, in the memory of a few. */
export interface BestCandidates {
  /** Takes note of a candidate; its pixels are copied where it is among the best so far. */
  offer(candidate: Candidate, pixels: Uint8Array): void;
  /**
   * The best ones in their order, at most `count`, with `row` set, and their images `[n, values]` in one block. The
   * collection is of no use afterwards.
   */
  take(count: number): { readonly candidates: Candidate[]; readonly pixels: Uint8Array };
}

/**
 * @param limit - candidates to keep
 * @param values - bytes of an image
 */
export const bestCandidates = (limit: number, values: number): BestCandidates => {
  // A binary heap with the worst on top: it is what the next one has to beat.
  const heap: KeptCandidate[] = [];
  const blocks: Uint8Array[] = [];
  let offered = 0;

  const place = (slot: number): Uint8Array => {
    const block = Math.floor(slot / SLOTS);
    blocks[block] ??= new Uint8Array(Math.min(SLOTS, limit - block * SLOTS) * values);
    const start = (slot % SLOTS) * values;
    return blocks[block].subarray(start, start + values);
  };

  const rise = (entry: KeptCandidate): void => {
    let at = heap.length;
    for (let parent = (at - 1) >> 1; at > 0 && byRank(entry, heap[parent]!) > 0; parent = (at - 1) >> 1) {
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  };

  const sink = (entry: KeptCandidate): void => {
    let at = 0;
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      if (left >= heap.length) break;
      const worse = right < heap.length && byRank(heap[right]!, heap[left]!) > 0 ? right : left;
      if (byRank(heap[worse]!, entry) <= 0) break;
      heap[at] = heap[worse]!;
      at = worse;
    }
    heap[at] = entry;
  };

  return {
    offer(candidate, pixels) {
      const full = heap.length === limit;
      const entry: KeptCandidate = { candidate, arrival: offered++, slot: full ? heap[0]!.slot : heap.length };
      if (full && byRank(entry, heap[0]!) > 0) return;
      place(entry.slot).set(pixels);
      if (full) sink(entry);
      else rise(entry);
    },
    take(count) {
      const best = heap.sort(byRank).slice(0, count);
      const pixels = new Uint8Array(best.length * values);
      best.forEach(({ slot }, i) => pixels.set(place(slot), i * values));
      return { candidates: best.map(({ candidate }, row) => ({ ...candidate, row })), pixels };
    },
  };
};

function byRank(a: KeptCandidate, b: KeptCandidate): number {
  return byScore(a.candidate, b.candidate) || a.arrival - b.arrival;
}
