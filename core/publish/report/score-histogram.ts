import { planFile } from '../../artifacts/run.ts';
import { shardFiles } from '../../artifacts/shard.ts';
import { HISTOGRAM_BINS, type ScoreRange } from '../../contracts/mining-scores.ts';
import type { Summary } from '../../contracts/summary.ts';
import { mapInOrder } from '../../map-in-order.ts';
import { total } from '../../statistics/total.ts';
import type { Store } from '../../store/store.ts';

const READS_AT_ONCE = 16;

/** All readable pool images in equal bins over the score's range; a failed shard adds nothing. */
export const readScoreHistogram = async (store: Store, { runId, mined }: Summary): Promise<number[]> => {
  const { shardCount } = await planFile(runId).read(store);
  const failed = new Set(mined.failedShards.map(({ shard }) => shard));
  const shards = Array.from({ length: shardCount }, (_, shard) => shard).filter((shard) => !failed.has(shard));
  const total = new Array<number>(HISTOGRAM_BINS).fill(0);
  const read = mapInOrder(shards, READS_AT_ONCE, (shard) =>
    shardFiles(runId, mined.round, shard).histogram.find(store),
  );
  for await (const histogram of read) histogram?.counts.forEach((counted, bin) => (total[bin]! += counted));
  return total;
};

/** A bar of a coarse histogram: scores in [from, to). */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Joins bins to at most `most` equally wide bars over the part of the range that holds anything. */
export const coarse = (bins: readonly number[], most: number, range: ScoreRange): Bar[] => {
  const first = bins.findIndex((value) => value > 0);
  if (first < 0) return [];
  const last = bins.findLastIndex((value) => value > 0);
  const width = Math.ceil((last - first + 1) / most);
  return Array.from({ length: Math.ceil((last - first + 1) / width) }, (_, index) => {
    const start = first + index * width;
    const count = total(bins.slice(start, start + width));
    return { from: edge(start, range), to: edge(start + width, range), count };
  });
};

function edge(bin: number, [low, high]: ScoreRange): number {
  return low + ((high - low) * bin) / HISTOGRAM_BINS;
}
