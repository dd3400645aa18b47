import type { ShardManifest } from '../contracts/plan.ts';
import { mapInOrder } from '../run/map-in-order.ts';
import { openStore } from '../store/open.ts';
import { placeOf } from '../store/uri.ts';
import type { ImageLimits, ImageShape } from './decode.ts';
import { AHEAD, decodeItem, MOST_ENCODED_BYTES, type PoolItem, readFiles } from './files.ts';
import { readTar, type TarSource } from './tar.ts';

export type { PoolItem } from './files.ts';

/** The images of a tar that is read only once and may be of any length. */
export const readTarStream = (source: TarSource, image: ImageShape, limits: ImageLimits): AsyncGenerator<PoolItem> =>
  mapInOrder(
    readTar(source, limits.maxBytes),
    AHEAD,
    (item) => (item.kind === 'file' ? decodeItem(item.key, item.bytes, image, limits) : item),
    { most: MOST_ENCODED_BYTES, of: (item) => (item.kind === 'file' ? item.bytes.length : 0) },
  );

async function* readTarShard(
  uri: string,
  name: string | undefined,
  image: ImageShape,
  limits: ImageLimits,
): AsyncGenerator<PoolItem> {
  const { root, key } = placeOf(uri);
  const stream = await openStore(root).stream(key);
  yield* readTarStream({ uri, name: name ?? key, stream }, image, limits);
}

async function* readTarShards(
  tars: readonly { readonly uri: string; readonly name: string }[],
  image: ImageShape,
  limits: ImageLimits,
): AsyncGenerator<PoolItem> {
  for (const { uri, name } of tars) yield* readTarShard(uri, name, image, limits);
}

/**
 * The images of one shard in a fixed order, each decoded or with the reason why not.
 * Keys: `<tar's path in the pool>/<member>` for a tar, the path below the pool's root for files.
 * @throws ShardUnreadableError when a tar is none from its first byte
 * @throws DataError when the tar or a listed file is gone
 * @throws TransientError when the store fails in a way that may pass
 */
export const readShard = (
  manifest: ShardManifest,
  image: ImageShape,
  limits: ImageLimits,
): AsyncGenerator<PoolItem> => {
  switch (manifest.kind) {
    case 'tar':
      return readTarShard(manifest.uri, manifest.name, image, limits);
    case 'tars':
      return readTarShards(manifest.tars, image, limits);
    case 'files':
      return readFiles(openStore(manifest.root), manifest.files, image, limits);
  }
};
