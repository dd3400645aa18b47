import { describe, expect, it } from 'vitest';
import { bestOfShards } from '../../../core/aggregate/best-of-shards.ts';
import type { ShardCandidates } from '../../../core/aggregate/select-mined.ts';
import type { Candidate } from '../../../core/contracts/mined.ts';
import { byScore } from '../../../core/mine/best-candidates.ts';
import { random } from '../../../core/tensor/random.ts';

const draw = random('best-of-shards', 1);

/** Most have the highest score there is, as of a net that is nearly always sure. */
const shardOf = (shard: number, count: number): ShardCandidates => {
  const candidates = Array.from({ length: count }, (_, row): Candidate => {
    const score = draw.next() < 0.6 ? 1 : draw.next();
    const label = draw.below(3);
    return {
      key: `${shard}/${row}`,
      shard,
      row,
      sha256: `${shard}-${row}`.padEnd(64, '0'),
      label,
      score,
      sureness: 0.5,
    };
  });
  return { shard, candidates, counts: new Uint32Array(1), read: count };
};
const shards = Array.from({ length: 40 }, (_, shard) => shardOf(shard, 50));
const keysOf = (candidates: readonly Candidate[]): string[] => candidates.map(({ key }) => key).sort();

describe('the best candidates of many shards', () => {
  it.each([1, 70, 1000])('are the first %i in their order, whatever shard they came with', (limit) => {
    const best = bestOfShards([limit], () => 0);
    for (const shard of shards) best.add(shard);
    const taken = best.take();
    expect(taken.map(({ shard }) => shard)).toEqual(shards.map(({ shard }) => shard));
    const expected = shards
      .flatMap(({ candidates }) => candidates)
      .sort(byScore)
      .slice(0, limit);
    expect(keysOf(taken.flatMap(({ candidates }) => candidates))).toEqual(keysOf(expected));
  });

  it('are all there are where these are few, in the order they came', () => {
    const best = bestOfShards([2000], () => 0);
    for (const shard of shards) best.add(shard);
    expect(best.take()).toEqual(shards);
  });

  it('are those of each group, or a rule that takes of each class its share would find none of some', () => {
    const limits = [5, 900, 20];
    const best = bestOfShards(limits, ({ label }) => label);
    for (const shard of shards) best.add(shard);
    const taken = best.take().flatMap(({ candidates }) => candidates);
    for (const [label, limit] of limits.entries()) {
      const own = shards.flatMap(({ candidates }) => candidates.filter((one) => one.label === label));
      const expected = own.sort(byScore).slice(0, limit);
      expect(keysOf(taken.filter((one) => one.label === label))).toEqual(keysOf(expected));
    }
  });

  it('never fill the memory: a pool has more of the very best than a function holds, and no step finds many more of them', () => {
    let looked = 0;
    const best = bestOfShards([100], () => {
      looked += 1;
      return 0;
    });
    let most = 0;
    for (const shard of shards) {
      looked = 0;
      best.add(shard);
      most = Math.max(most, looked);
    }
    looked = 0;
    expect(best.take().flatMap(({ candidates }) => candidates)).toHaveLength(100);
    // Each of a shard that comes is looked at twice, and so is each that is held when they are cut.
    expect(Math.max(most, looked)).toBeLessThanOrEqual(2 * 50 + 2 * (125 + 50));
  });
});
