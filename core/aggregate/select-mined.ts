import type { Candidate, MinedRow } from '../contracts/mined.ts';
import { binOf, type ScoreRange } from '../contracts/mining-scores.ts';
import type { Rejection } from '../contracts/rejections.ts';
import { byScore } from '../mine/best-candidates.ts';
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
  /** SHA-256 of the benchmarks' decoded pixels. */
  readonly forbidden: ReadonlySet<string>;
}

export interface Mined {
  readonly mined: MinedRow[];
  readonly rejected: Rejection[];
  /** Lowest score taken; the highest there is when nothing was. */
  readonly threshold: number;
  /** Shards that may have thrown away an image above the threshold. */
  readonly truncatedShards: number[];
}

/**
 * Chooses the mined set among the candidates of all shards. Images that also stand in a benchmark are dropped, and of equal
 * images the first in the order stays.
 */
export const selectMined = (
  shards: readonly ShardCandidates[],
  { select, range, forbidden, ...request }: SelectOptions,
): Mined => {
  const rejected: Rejection[] = [];
  const sorted = shards.flatMap(({ candidates }) => candidates).sort(byScore);
  const chosen = select(withoutCopies(sorted, forbidden, rejected), request);
  const mined = chosen.map(({ candidate, weight }, rank) => ({ ...candidate, rank, weight }));
  const threshold = mined.at(-1)?.score ?? range[1];
  const truncatedShards = shards.filter((shard) => lostAbove(shard, threshold, range)).map(({ shard }) => shard);
  return { mined, rejected, threshold, truncatedShards };
};

function* withoutCopies(
  candidates: readonly Candidate[],
  forbidden: ReadonlySet<string>,
  rejected: Rejection[],
): Generator<Candidate> {
  const taken = new Map<string, string>();
  for (const candidate of candidates) {
    const { key, sha256 } = candidate;
    const twin = taken.get(sha256);
    if (forbidden.has(sha256)) {
      rejected.push({ key, reason: 'in-benchmark', detail: 'the same image stands in a benchmark' });
    } else if (twin !== undefined) {
      rejected.push({ key, reason: 'duplicate', detail: `the same image as ${twin}` });
    } else {
      taken.set(sha256, key);
      yield candidate;
    }
  }
}

/** Whether a shard's histogram shows an image above the threshold's bin that it did not keep. */
function lostAbove({ candidates, counts }: ShardCandidates, threshold: number, range: ScoreRange): boolean {
  const bin = binOf(threshold, range);
  const seen = counts.slice(bin + 1).reduce((sum, count) => sum + count, 0);
  return candidates.filter(({ score }) => binOf(score, range) > bin).length < seen;
}
