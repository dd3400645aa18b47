import { describe, expect, it } from 'vitest';
import { lowestBin, type ShardCandidates, selectMined } from '../../../core/aggregate/select-mined.ts';
import type { Candidate } from '../../../core/contracts/mined.ts';
import { binOf, HISTOGRAM_BINS } from '../../../core/contracts/mining-scores.ts';

const RANGE = [-1, 1] as const;

const candidate = (key: string, score: number, label = 0, sha256 = key): Candidate => ({
  key,
  shard: 0,
  row: 0,
  sha256: sha256.padEnd(64, '0'),
  label,
  score,
  probability: 0.5,
});

/** A shard that kept these; its histogram also knows of images that it threw away. */
const shardOf = (shard: number, read: number, kept: Candidate[], lost: readonly number[] = []): ShardCandidates => {
  const histogram = new Array<number>(HISTOGRAM_BINS).fill(0);
  for (const score of [...kept.map((one) => one.score), ...lost]) histogram[binOf(score, RANGE)]! += 1;
  return { shard, read, candidates: kept.map((one, row) => ({ ...one, shard, row })), histogram };
};

const NONE: ReadonlySet<string> = new Set();
const keysOf = ({ mined }: { mined: readonly Candidate[] }): string[] => mined.map(({ key }) => key);

describe('Function: selectMined', () => {
  it('takes the top fraction of the whole pool in the pool’s own proportions, whatever shard and class it lies in', () => {
    const shards = [
      shardOf(0, 6, [candidate('a', 0.9), candidate('b', 0.8), candidate('c', 0.7), candidate('d', 0.1, 1)]),
      shardOf(1, 4, [candidate('e', 0.85, 1), candidate('f', 0.2, 2)]),
    ];
    const result = selectMined(shards, 0.4, RANGE, NONE);
    expect(result.poolImages).toBe(10);
    expect(keysOf(result)).toEqual(['a', 'e', 'b', 'c']);
    expect(result.mined.map(({ rank, shard, row }) => [rank, shard, row])).toEqual([
      [0, 0, 0],
      [1, 1, 0],
      [2, 0, 1],
      [3, 0, 2],
    ]);
    expect(result.threshold).toBe(0.7);
  });

  it('does not depend on the order in which shards come', () => {
    const [one, two] = [
      shardOf(0, 3, [candidate('b', 0.5), candidate('c', 0.4)]),
      shardOf(1, 3, [candidate('a', 0.5), candidate('d', 0.3)]),
    ];
    expect(keysOf(selectMined([one, two], 0.5, RANGE, NONE))).toEqual(['a', 'b', 'c']);
    expect(selectMined([two, one], 0.5, RANGE, NONE).mined).toEqual(selectMined([one, two], 0.5, RANGE, NONE).mined);
  });

  it('rounds the wanted number down and takes all there is when there is less', () => {
    const shard = shardOf(0, 5, [candidate('a', 0.9), candidate('b', 0.8)]);
    expect(keysOf(selectMined([shard], 0.39, RANGE, NONE))).toEqual(['a']);
    expect(keysOf(selectMined([shard], 1, RANGE, NONE))).toEqual(['a', 'b']);
    expect(selectMined([shard], 0.1, RANGE, NONE)).toMatchObject({ mined: [], threshold: 1, truncatedShards: [] });
  });

  it('keeps the best of equal images once and fills its place with the next', () => {
    const shards = [
      shardOf(0, 2, [candidate('first', 0.9, 0, 'same'), candidate('other', 0.5)]),
      shardOf(1, 2, [candidate('again', 0.8, 0, 'same')]),
    ];
    const result = selectMined(shards, 0.5, RANGE, NONE);
    expect(keysOf(result)).toEqual(['first', 'other']);
    expect(result.rejected).toEqual([{ key: 'again', reason: 'duplicate', detail: 'the same image as first' }]);
  });

  it('never mines an image that also stands in a benchmark, or the accuracy would mean nothing', () => {
    const shard = shardOf(0, 4, [candidate('leak', 0.9), candidate('leak2', 0.8, 0, 'leak'), candidate('a', 0.5)]);
    const result = selectMined([shard], 0.5, RANGE, new Set(['leak'.padEnd(64, '0')]));
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
    const result = selectMined(shards, 0.5, RANGE, NONE);
    expect(result.threshold).toBe(0.5);
    expect(result.truncatedShards).toEqual([1]);
  });
});

describe('Function: lowestBin', () => {
  const histogram = (counts: Readonly<Record<number, number>>): number[] =>
    Array.from({ length: HISTOGRAM_BINS }, (_, bin) => counts[bin] ?? 0);

  it('is the highest one above which there are enough of all shards, with some to spare', () => {
    const shards = [histogram({ 90: 50, 80: 60, 10: 900 }), histogram({ 90: 40, 80: 20 })];
    expect(lowestBin(shards, 80)).toBe(90);
    expect(lowestBin(shards, 90)).toBe(80);
    expect(lowestBin(shards, 161)).toBe(80);
    expect(lowestBin(shards, 162)).toBe(10);
    expect(lowestBin(shards, 2000)).toBe(0);
  });
});
