import type { Candidate, MinedRow } from '../contracts/mined.ts';
import { binOf, type ScoreRange } from '../contracts/mining-scores.ts';
import type { Rejection } from '../contracts/rejections.ts';
import { byScore } from '../mine/best-candidates.ts';
import { chanceAt, type Platt } from '../statistics/platt.ts';
import type { Twin } from './near-copies.ts';
import type { Select, SelectionRequest } from './selection.ts';

/** What one finished shard brings to the aggregate. */
export interface ShardCandidates {
  readonly shard: number;
  readonly candidates: readonly Candidate[];
  /** Scored images by score, as in its histogram. */
  readonly counts: Uint32Array;
  /** Readable images. */
  readonly read: number;
}

export interface SelectOptions extends SelectionRequest {
  readonly select: Select;
  /** Of the score. */
  readonly range: ScoreRange;
  /** That a pseudo-label is right, by its sureness. */
  readonly chance: Platt;
  /** SHA-256 of the benchmarks' decoded pixels. */
  readonly forbidden: ReadonlySet<string>;
  /** Of candidates that are near copies, a better one that shows the same. @default none */
  readonly twins?: ReadonlyMap<Candidate, Twin>;
}

export interface Mined {
  readonly mined: MinedRow[];
  /** Part of the best that are copies of a better one, and so presumably of the pool. */
  readonly copies: number;
  readonly rejected: Rejection[];
  /** Lowest score taken; the highest there is when nothing was. */
  readonly threshold: number;
  /** Shards that may have thrown away an image above the threshold. */
  readonly truncatedShards: number[];
}

/** Candidates of all shards, the best first. */
export const bestFirst = (shards: readonly ShardCandidates[]): Candidate[] =>
  shards.flatMap(({ candidates }) => candidates).sort(byScore);

/**
 * Chooses the mined set among the candidates of all shards. Images that also stand in a benchmark are dropped, and of equal
 * images, and of those that show the same, the first in the order stays. Copies count as mined with it: of a pool that was given twice, as a tar and beside it what
 * was taken out of it, a fifth are as many different images as of the pool given once.
 * @param sorted - the candidates of all shards, the best first: they are not sorted twice
 */
export const selectMined = (
  sorted: readonly Candidate[],
  shards: readonly ShardCandidates[],
  { select, range, chance, forbidden, twins, ...request }: SelectOptions,
): Mined => {
  const rejected: Rejection[] = [];
  const fateOf = judge(forbidden, twins ?? new Map(), rejected);
  const best: Candidate[] = [];
  let [at, copied] = [0, 0];
  for (; at < sorted.length && best.length + copied < request.wanted; at++) {
    const fate = fateOf(sorted[at]!);
    if (fate === 'new') best.push(sorted[at]!);
    if (fate === 'copy') copied += 1;
  }
  function* candidates(): Generator<Candidate> {
    yield* best;
    for (const candidate of sorted.slice(at)) if (fateOf(candidate) === 'new') yield candidate;
  }
  const copies = copied / Math.max(best.length + copied, 1);
  const wanted = Math.round(request.wanted * (1 - copies));
  const chosen = select(candidates(), { ...request, wanted });
  const mined = chosen.map(({ candidate: { sureness, ...candidate }, weight }, rank) => {
    return { ...candidate, probability: chanceAt(chance, sureness), rank, weight };
  });
  const threshold = mined.at(-1)?.score ?? range[1];
  const truncatedShards = shards.filter((shard) => lostAbove(shard, threshold, range)).map(({ shard }) => shard);
  return { mined, rejected, threshold, truncatedShards, copies };
};

/** Tells of candidates in their order which are new, copies of ones before, or images of a benchmark; the latter two are `rejected`. */
function judge(forbidden: ReadonlySet<string>, twins: ReadonlyMap<Candidate, Twin>, rejected: Rejection[]) {
  const taken = new Map<string, string>();
  return (candidate: Candidate): 'new' | 'copy' | 'leak' => {
    const { key, sha256 } = candidate;
    if (forbidden.has(sha256)) {
      rejected.push({ key, reason: 'in-benchmark', detail: 'the same image stands in a benchmark' });
      return 'leak';
    }
    const twin = taken.get(sha256);
    if (twin !== undefined) {
      rejected.push({ key, reason: 'duplicate', detail: `the same image as ${twin}` });
      return 'copy';
    }
    taken.set(sha256, key);
    const near = twins.get(candidate);
    if (near !== undefined) {
      const detail = `likeness ${near.likeness.toFixed(4)} to ${near.key}`;
      rejected.push({ key, reason: 'near-duplicate', detail });
      return 'copy';
    }
    return 'new';
  };
}

/** Whether a shard's histogram shows an image above the threshold's bin that it did not keep. */
function lostAbove({ candidates, counts }: ShardCandidates, threshold: number, range: ScoreRange): boolean {
  const bin = binOf(threshold, range);
  const seen = counts.slice(bin + 1).reduce((sum, count) => sum + count, 0);
  return candidates.filter(({ score }) => binOf(score, range) > bin).length < seen;
}
