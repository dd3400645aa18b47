import type { ShardManifest } from '../contracts/plan.ts';
import { isImage, isTar } from '../data/file-names.ts';
import { DataError } from '../errors.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { placeOf, uriOf } from '../store/uri.ts';

/**
 * Most shards of a run. Their numbers pass from state to state as JSON, 229 kB of the 256 KiB (262,144 bytes) that a state
 * may have.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MAX_SHARDS = 40_000;

/**
 * How many shards of the ordinary size must share a job, so that a run has no more than `MAX_SHARDS`.
 * @param shards - of the ordinary size: each tar, and each `shardSize` images
 */
export const groupSize = (shards: number): number =>
  // Tars and images are grouped apart, and the last group of either may be a small one.
  shards <= MAX_SHARDS ? 1 : Math.ceil(shards / (MAX_SHARDS - 2));

const countShards = async (store: Store, shardSize: number): Promise<number> => {
  let tars = 0;
  let images = 0;
  for await (const { key } of store.list('')) {
    if (isTar(key)) tars += 1;
    else if (isImage(key)) images += 1;
  }
  return tars + Math.ceil(images / shardSize);
};

type Tar = Extract<ShardManifest, { kind: 'tars' }>['tars'][number];

const tarShard = (index: number, tars: readonly Tar[]): ShardManifest =>
  tars.length === 1 ? { kind: 'tar', index, ...tars[0]! } : { kind: 'tars', index, tars: [...tars] };

/**
 * Divides a pool into shards, in the order of its keys: each tar is one, other images are grouped as they come (a
 * folder may hold both, and folders in it). Where that would make too many, several share a job. A URI that ends in `.tar`
 * is a pool of that one shard.
 * @param shardSize - most images in a group
 * @throws ConfigError on a missing or unreadable folder
 * @throws DataError on a pool without tars and images
 */
export async function* listShards(uri: string, shardSize: number): AsyncGenerator<ShardManifest> {
  if (isTar(placeOf(uri).key)) {
    const { root, key } = placeOf(uri);
    if (!(await openStore(root).has(key))) throw new DataError(`There is no ${uri}.`);
    yield { kind: 'tar', index: 0, uri, name: key };
    return;
  }
  yield* divide(openStore(uri), shardSize);
}

/** The same for a store whose root is the pool. */
export async function* divide(store: Store, shardSize: number): AsyncGenerator<ShardManifest> {
  const together = groupSize(await countShards(store, shardSize));
  let index = 0;
  let tars: Tar[] = [];
  let files: string[] = [];
  for await (const { key } of store.list('')) {
    if (isTar(key)) tars.push({ uri: uriOf(store.root, key), name: key });
    else if (isImage(key)) files.push(key);
    if (tars.length === together) {
      yield tarShard(index++, tars);
      tars = [];
    }
    if (files.length === shardSize * together) {
      yield { kind: 'files', index: index++, root: `${store.root}/`, files };
      files = [];
    }
  }
  if (tars.length > 0) yield tarShard(index++, tars);
  if (files.length > 0) yield { kind: 'files', index: index++, root: `${store.root}/`, files };
  if (index === 0) {
    throw new DataError(
      `No image and no .tar shard in ${store.root}. Images are PNG, JPEG or WebP; a .tar.gz must be unpacked.`,
    );
  }
}
