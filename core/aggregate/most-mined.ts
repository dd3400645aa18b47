import { getHeapStatistics } from 'node:v8';

/** Of a mined image: its candidate, its row, its place in Parquet, and its sketch; see docs/scale.md. */
const KIB_PER_IMAGE = 2;
/** The histogram of a shard. */
const KIB_PER_SHARD = 8;
/** Node, the code, and shards that are being read. */
const BASE_MIB = 256;
/** More are not read, compared and written in the 15 minutes of a function where there are 25,000 shards. */
const MOST_IN_TIME = 2_000_000;

/**
 * How many images can be mined in the memory of a function: what is beyond would end a run that has paid for all of its mining.
 * @param memoryMiB - of the function; by default what this process may use
 */
export const mostMined = (shards: number, memoryMiB = getHeapStatistics().heap_size_limit / 2 ** 20): number => {
  const free = (memoryMiB - BASE_MIB) * 1024 - shards * KIB_PER_SHARD;
  return Math.max(1, Math.min(MOST_IN_TIME, Math.floor(free / KIB_PER_IMAGE)));
};
