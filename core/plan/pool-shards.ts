import type { ShardManifest } from '../contracts/plan.ts';
import { DataError } from '../errors.ts';
import { isPicture, isTar } from '../pool/picture-names.ts';
import { openStore } from '../store/open.ts';
import { placeOf, uriOf } from '../store/uri.ts';

/**
 * Divides a pool into shards, in the order of its keys: each tar is one, other pictures are grouped as they come (a
 * folder may hold both, and folders in it). A URI that ends in `.tar` is a pool of that one shard.
 * @param shardSize - most pictures in a group
 * @throws ConfigError on a missing or unreadable folder
 * @throws DataError on a pool without tars and pictures
 */
export async function* listShards(uri: string, shardSize: number): AsyncGenerator<ShardManifest> {
  if (isTar(placeOf(uri).key)) {
    const { root, key } = placeOf(uri);
    if (!(await openStore(root).has(key))) throw new DataError(`There is no ${uri}.`);
    yield { kind: 'tar', index: 0, uri, name: key };
    return;
  }
  const store = openStore(uri);
  let index = 0;
  let files: string[] = [];
  for await (const { key } of store.list('')) {
    if (isTar(key)) yield { kind: 'tar', index: index++, uri: uriOf(store.root, key), name: key };
    else if (isPicture(key)) files.push(key);
    if (files.length === shardSize) {
      yield { kind: 'files', index: index++, root: `${store.root}/`, files };
      files = [];
    }
  }
  if (files.length > 0) yield { kind: 'files', index: index++, root: `${store.root}/`, files };
  if (index === 0) {
    throw new DataError(
      `No image and no .tar shard in ${uri}. Images are PNG, JPEG or WebP; a .tar.gz must be unpacked.`,
    );
  }
}
