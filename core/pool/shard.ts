import type { ShardManifest } from '../contracts/plan.ts';
import { openStore } from '../store/open.ts';
import { placeOf } from '../store/uri.ts';
import type { ImageLimits, ImageShape } from './decode.ts';
import { AHEAD, decodeItem, type PoolItem, readFiles } from './files.ts';
import { mapInOrder } from './in-order.ts';
import { readTar } from './tar.ts';

export type { PoolItem } from './files.ts';

async function* readTarShard(
  uri: string,
  name: string | undefined,
  image: ImageShape,
  limits: ImageLimits,
): AsyncGenerator<PoolItem> {
  const { root, key } = placeOf(uri);
  const stream = await openStore(root).stream(key);
  const raw = readTar({ uri, name: name ?? key, stream }, limits.maxBytes);
  yield* mapInOrder(raw, AHEAD, (item) =>
    item.kind === 'file' ? decodeItem(item.key, item.bytes, image, limits) : item,
  );
}

/**
 * The images of one shard in a fixed order, each decoded or with the reason why not.
 * Keys: `<tar's path in the pool>/<member>` for a tar, the path below the pool's root for files.
 * @throws ShardUnreadableError when a tar is none from its first byte
 * @throws DataError when the tar or a listed file is gone
 * @throws TransientError when the store fails in a way that may pass
 */
export const readShard = (manifest: ShardManifest, image: ImageShape, limits: ImageLimits): AsyncGenerator<PoolItem> =>
  manifest.kind === 'tar'
    ? readTarShard(manifest.uri, manifest.name, image, limits)
    : readFiles(openStore(manifest.root), manifest.files, image, limits);
