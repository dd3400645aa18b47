import { describe, expect, it } from 'vitest';
import {
  bestFirst,
  type SelectOptions,
  type ShardCandidates,
  selectMined,
} from '../../../core/aggregate/select-mined.ts';
import { select as global } from '../../../core/aggregate/selections/global.ts';
import type { Candidate, MinedRow } from '../../../core/contracts/mined.ts';
import { binOf, HISTOGRAM_BINS } from '../../../core/contracts/mining-scores.ts';

const RANGE = [-1, 1] as const;

const candidate = (key: string, score: number, label = 0, sha256 = key): Candidate => ({
  key,
  shard: 0,
  row: 0,
  sha256: sha256.padEnd(64, '0'),
  label,
  score,
  sureness: score,
});

/** A shard that kept these; its histogram also knows of images that it threw away. */
const shardOf = (shard: number, read: number, kept: Candidate[], lost: readonly number[] = []): ShardCandidates => {
  const counts = new Uint32Array(HISTOGRAM_BINS);
  for (const score of [...kept.map((one) => one.score), ...lost]) counts[binOf(score, RANGE)]! += 1;
  return { shard, read, candidates: kept.map((one, row) => ({ ...one, shard, row })), counts };
};

/** So many of the best of all classes. */
const best = (wanted: number, forbidden: ReadonlySet<string> = new Set()) => ({
  select: global,
  wanted,
  poolMix: [0.5, 0.5],
  cuts: [],
  chance: { intercept: 0, slope: Math.log(4) },
  range: RANGE,
  forbidden,
});
const keysOf = ({ mined }: { mined: readonly MinedRow[] }): string[] => mined.map(({ key }) => key);

const mineOf = (shards: readonly ShardCandidates[], options: SelectOptions) =>
  selectMined(bestFirst(shards), shards, options);

describe('Function: selectMined', () => {
  it('takes the best of the whole pool, whatever shard and class they lie in', () => {
    const shards = [
      shardOf(0, 6, [candidate('a', 0.9), candidate('b', 0.8), candidate('c', 0.7), candidate('d', 0.1, 1)]),
      shardOf(1, 4, [candidate('e', 0.85, 1), candidate('f', 0.2, 2)]),
    ];
    const result = mineOf(shards, best(4));
    expect(keysOf(result)).toEqual(['a', 'e', 'b', 'c']);
    expect(result.mined.map(({ rank, shard, row }) => [rank, shard, row])).toEqual([
      [0, 0, 0],
      [1, 1, 0],
      [2, 0, 1],
      [3, 0, 2],
    ]);
    expect(result.threshold).toBe(0.7);
    // Odds of 4 to the power of the score.
    expect(result.mined[2]!.probability).toBeCloseTo(4 ** 0.8 / (1 + 4 ** 0.8), 12);
  });

  it('does not depend on the order in which shards come', () => {
    const [one, two] = [
      shardOf(0, 3, [candidate('b', 0.5), candidate('c', 0.4)]),
      shardOf(1, 3, [candidate('a', 0.5), candidate('d', 0.3)]),
    ];
    expect(keysOf(mineOf([one, two], best(3)))).toEqual(['a', 'b', 'c']);
    expect(mineOf([two, one], best(3)).mined).toEqual(mineOf([one, two], best(3)).mined);
  });

  it('takes all there is when there is less, and nothing when nothing is wanted', () => {
    const shard = shardOf(0, 5, [candidate('a', 0.9), candidate('b', 0.8)]);
    expect(keysOf(mineOf([shard], best(1)))).toEqual(['a']);
    expect(keysOf(mineOf([shard], best(5)))).toEqual(['a', 'b']);
    expect(mineOf([shard], best(0))).toMatchObject({ mined: [], threshold: 1, truncatedShards: [] });
  });

  it('keeps the best of equal images once, and says which others were left out', () => {
    const shards = [
      shardOf(0, 2, [candidate('first', 0.9, 0, 'same'), candidate('other', 0.5), candidate('last', 0.4)]),
      shardOf(1, 2, [candidate('again', 0.8, 0, 'same')]),
    ];
    const result = mineOf(shards, best(3));
    expect(keysOf(result)).toEqual(['first', 'other']);
    expect(result.copies).toBeCloseTo(1 / 3);
    expect(result.rejected).toEqual([{ key: 'again', reason: 'duplicate', detail: 'the same image as first' }]);
  });

  it('mines a pool that was given twice as deep as the pool given once, or half of it would be mined for a fifth', () => {
    const images = Array.from({ length: 10 }, (_, i) => candidate(`${i}`, 0.9 - i / 20, i % 2));
    const copied = images.map((one) => ({ ...one, key: `tar/${one.key}` }));
    const once = mineOf([shardOf(0, 10, images)], best(4));
    const twice = mineOf([shardOf(0, 10, images), shardOf(1, 10, copied)], best(8));
    expect(keysOf(twice)).toEqual(keysOf(once));
    expect(twice.threshold).toBe(once.threshold);
    expect({ once: once.copies, twice: twice.copies, left: twice.rejected.length }).toEqual({
      once: 0,
      twice: 0.5,
      left: 4,
    });
  });

  it('never mines an image that also stands in a benchmark, or the accuracy would mean nothing', () => {
    const shard = shardOf(0, 4, [candidate('leak', 0.9), candidate('leak2', 0.8, 0, 'leak'), candidate('a', 0.5)]);
    const result = mineOf([shard], best(2, new Set(['leak'.padEnd(64, '0')])));
    expect(keysOf(result)).toEqual(['a']);
    expect(result.rejected.map(({ key, reason }) => `${key} ${reason}`)).toEqual([
      'leak in-benchmark',
      'leak2 in-benchmark',
    ]);
  });

  it('says which shard threw away an image above the threshold, and accuses none that did not', () => {
    // Threshold 0.5, in the bin [0.5, 0.501).
    const full = [candidate('a', 0.9), candidate('b', 0.5)];
    const shards = [
      shardOf(0, 4, full, [0.4]),
      shardOf(1, 2, [candidate('c', 0.8)], [0.5011]),
      shardOf(2, 2, [candidate('d', 0.7)], [0.5009]),
    ];
    const result = mineOf(shards, best(4));
    expect(result.threshold).toBe(0.5);
    expect(result.truncatedShards).toEqual([1]);
  });
});
