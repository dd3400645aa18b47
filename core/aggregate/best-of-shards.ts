import type { Candidate } from '../contracts/mined.ts';
import { byScore } from '../mine/best-candidates.ts';
import type { ShardCandidates } from './select-mined.ts';

/** How far a group may outgrow its limit before it is cut: each cut sorts the group. */
const SLACK = 1.25;

export interface BestOfShards {
  add(shard: ShardCandidates): void;
  /** Shards in the order they came, with those of their candidates that are among the best. */
  take(): ShardCandidates[];
}

/**
 * The best candidates of any number of shards, in the memory of a few more: a pool of 100 million images can have more candidates in
 * the highest bin of its histogram than a function can hold.
 * @param limits - candidates to keep of each group
 * @param groupOf - the group of a candidate, a place in `limits`
 */
export const bestOfShards = (limits: readonly number[], groupOf: (candidate: Candidate) => number): BestOfShards => {
  const shards: ShardCandidates[] = [];
  const held = limits.map(() => 0);
  const worst: (Candidate | undefined)[] = limits.map(() => undefined);
  const passes = (candidate: Candidate): boolean => {
    const last = worst[groupOf(candidate)];
    return last === undefined || byScore(candidate, last) <= 0;
  };
  const cut = (group: number, allowed: number): void => {
    if (held[group]! <= allowed) return;
    const own = shards.flatMap(({ candidates }) => candidates.filter((one) => groupOf(one) === group)).sort(byScore);
    worst[group] = own[limits[group]! - 1];
    shards.forEach((shard, i) => {
      shards[i] = { ...shard, candidates: shard.candidates.filter(passes) };
    });
    held[group] = limits[group]!;
  };
  return {
    add(shard) {
      const candidates = shard.candidates.filter(passes);
      shards.push({ ...shard, candidates });
      for (const candidate of candidates) held[groupOf(candidate)]! += 1;
      for (const [group, limit] of limits.entries()) cut(group, limit * SLACK);
    },
    take() {
      for (const [group, limit] of limits.entries()) cut(group, limit);
      return shards;
    },
  };
};
