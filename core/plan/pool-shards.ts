import type { ShardManifest, ShardPart } from '../contracts/plan.ts';
import type { PoolFormat } from '../data/pool/pool-format.ts';
import { POOL_CONTENTS, POOL_FORMATS, POOL_FORMS, poolFormatOf } from '../data/pool/registry.ts';
import { ConfigError, DataError } from '../errors.ts';
import { hasObject, openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { splitObjectUri } from '../store/uri.ts';

/**
 * Most shards of a run. Their numbers pass from state to state as JSON, 229 kB of the 256 KiB (262,144 bytes) that a state
 * may have.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MAX_SHARDS = 40_000;

/**
 * Divides a pool into shards, in the order of its keys: each tar is one, other images are grouped as they come (a
 * folder may hold both, and folders in it). Where that would make too many, several share a job. A URI that ends in `.tar`
 * is a pool of that one shard.
 * @param shardSize - most images in a group
 * @throws ConfigError on a missing or unreadable folder, or a file that is no shard
 * @throws DataError on a pool without tars and images
 */
export async function* listShards(uri: string, shardSize: number): AsyncGenerator<ShardManifest> {
  const { root, key } = splitObjectUri(uri);
  const format = poolFormatOf(key);
  if (format?.holdsMany) {
    if (!(await hasObject(uri))) throw new DataError(`There is no ${uri}.`);
    yield* divide(openStore(root), shardSize, key);
    return;
  }
  if (await hasObject(uri)) throw new ConfigError(`${uri} is a file of another kind. A pool is ${POOL_FORMS}.`);
  yield* divide(openStore(uri), shardSize);
}

/**
 * The same for a store whose root is the pool.
 * @param only - the key of the one object that is the pool
 */
export async function* divide(store: Store, shardSize: number, only?: string): AsyncGenerator<ShardManifest> {
  const together = groupSize((await countPool(store, shardSize, only)).shards);
  const groups = new Map(POOL_FORMATS.map((format) => [format, [] as ShardPart[]]));
  let index = 0;
  const takeShard = (format: PoolFormat): ShardManifest => {
    const parts = groups.get(format)!;
    groups.set(format, []);
    return { index: index++, format: format.name, root: store.root, parts };
  };
  for await (const { format, part } of partsOf(store, shardSize, only)) {
    const group = groups.get(format)!;
    group.push(part);
    if (group.length === partsPerShard(format, shardSize) * together) yield takeShard(format);
  }
  for (const [format, group] of groups) if (group.length > 0) yield takeShard(format);
  if (index === 0) throw new DataError(`No ${POOL_CONTENTS} in ${store.root}. A pool is ${POOL_FORMS}.`);
}

/** What a pool holds, as far as listing tells. */
export interface PoolCount {
  /** Of each format of the pool. */
  readonly parts: ReadonlyMap<PoolFormat, number>;
  /** Of the ordinary size. */
  readonly shards: number;
}

/** Counts a pool by listing it. */
export async function countPool(store: Store, shardSize: number, only?: string): Promise<PoolCount> {
  const parts = new Map<PoolFormat, number>();
  for await (const { format } of partsOf(store, shardSize, only)) parts.set(format, (parts.get(format) ?? 0) + 1);
  const shards = [...parts].map(([format, count]) => Math.ceil(count / partsPerShard(format, shardSize)));
  return { parts, shards: shards.reduce((sum, count) => sum + count, 0) };
}

/**
 * How many shards of the ordinary size must share a job, so that a run has no more than `MAX_SHARDS`.
 * @param shards - of the ordinary size: each tar, and each `shardSize` images
 */
function groupSize(shards: number): number {
  // Formats are grouped apart, and the last group of each may be a small one.
  return shards <= MAX_SHARDS ? 1 : Math.ceil(shards / (MAX_SHARDS - POOL_FORMATS.length));
}

/** The one loop over a pool: what it holds, in the order of the keys. */
async function* partsOf(
  store: Store,
  shardSize: number,
  only?: string,
): AsyncGenerator<{ readonly format: PoolFormat; readonly part: ShardPart }> {
  for await (const { key } of only === undefined ? store.list('') : [{ key: only }]) {
    const format = poolFormatOf(key);
    if (format !== undefined) for await (const part of format.partsOf(store, key, shardSize)) yield { format, part };
  }
}

function partsPerShard({ holdsMany }: PoolFormat, shardSize: number): number {
  return holdsMany ? 1 : shardSize;
}
