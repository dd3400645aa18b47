import type { Candidate, MinedRow } from '../contracts/mined.ts';
import { binOf, HISTOGRAM_BINS, type ScoreRange } from '../contracts/mining-scores.ts';
import type { Rejection } from '../contracts/rejections.ts';
import { byScore } from '../mine/best-candidates.ts';

/** What one finished shard brings to the aggregate. */
export interface ShardCandidates {
  readonly shard: number;
  readonly candidates: readonly Candidate[];
  readonly histogram: readonly number[];
  /** Readable images. */
  readonly read: number;
}

export interface Selection {
  readonly mined: MinedRow[];
  readonly rejected: Rejection[];
  readonly poolImages: number;
  /** Lowest score taken; the highest there is when nothing was. */
  readonly threshold: number;
  /** Shards that may have thrown away an image above the threshold. */
  readonly truncatedShards: number[];
}

/** How many images are to be mined of a pool. */
export const wantedOf = (shards: readonly { readonly read: number }[], topFraction: number): number =>
  Math.floor(topFraction * shards.reduce((sum, { read }) => sum + read, 0));

/** Part of the mined number that may fall to duplicates and leaks before candidates have to be read again. */
const SPARE = 0.05;

/**
 * The lowest bin of scores that a mined image may come from: a shard keeps about twice as many as are mined, and
 * half of them need no place in memory.
 */
export const lowestBin = (histograms: readonly (readonly number[])[], wanted: number): number => {
  const enough = wanted * (1 + SPARE);
  let seen = 0;
  for (let bin = HISTOGRAM_BINS - 1; bin > 0; bin--) {
    for (const histogram of histograms) seen += histogram[bin] ?? 0;
    if (seen >= enough) return bin;
  }
  return 0;
};

/**
 * The global top fraction of the pool by score, in the pool's own class proportions. Balancing the classes would
 * fill the rare ones with wrong images.
 * Images that also stand in a benchmark are dropped, and of equal images the first in the order stays.
 * @param range - of the score
 * @param forbidden - SHA-256 of the benchmarks' decoded pixels
 */
export const selectMined = (
  shards: readonly ShardCandidates[],
  topFraction: number,
  range: ScoreRange,
  forbidden: ReadonlySet<string>,
): Selection => {
  const poolImages = shards.reduce((sum, { read }) => sum + read, 0);
  const wanted = wantedOf(shards, topFraction);
  const rejected: Rejection[] = [];
  const mined: MinedRow[] = [];
  const taken = new Map<string, string>();

  for (const candidate of shards.flatMap(({ candidates }) => candidates).sort(byScore)) {
    if (mined.length === wanted) break;
    const { key, sha256 } = candidate;
    const twin = taken.get(sha256);
    if (forbidden.has(sha256)) {
      rejected.push({ key, reason: 'in-benchmark', detail: 'the same image stands in a benchmark' });
    } else if (twin !== undefined) {
      rejected.push({ key, reason: 'duplicate', detail: `the same image as ${twin}` });
    } else {
      taken.set(sha256, key);
      mined.push({ ...candidate, rank: mined.length });
    }
  }
  const threshold = mined.at(-1)?.score ?? range[1];
  const truncatedShards = shards.filter((shard) => lostAbove(shard, threshold, range)).map(({ shard }) => shard);
  return { mined, rejected, poolImages, threshold, truncatedShards };
};

/** Whether a shard's histogram shows an image above the threshold's bin that it did not keep. */
function lostAbove({ candidates, histogram }: ShardCandidates, threshold: number, range: ScoreRange): boolean {
  const bin = binOf(threshold, range);
  const seen = histogram.slice(bin + 1).reduce((sum, count) => sum + count, 0);
  return candidates.filter(({ score }) => binOf(score, range) > bin).length < seen;
}
