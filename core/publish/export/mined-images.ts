import { minedByShard } from '../../artifacts/mined-rows.ts';
import { shardManifestFile } from '../../artifacts/run.ts';
import type { MinedRow } from '../../contracts/mined.ts';
import type { Plan, ShardManifest } from '../../contracts/plan.ts';
import { decodeGrey, decodeImage, isDecoded } from '../../data/decode.ts';
import { extensionOf } from '../../data/image-files.ts';
import { rawItems } from '../../data/pool/read-shard.ts';
import type { RawItem } from '../../data/raw-item.ts';
import { DataError, messageOf, OmnidistillError, TransientError } from '../../errors.ts';
import { encodePng } from '../../format/png.ts';
import { sha256 } from '../../format/sha256.ts';
import { mapInOrder } from '../../map-in-order.ts';
import type { Store } from '../../store/store.ts';

/** A mined image with the file that it came in. */
export interface MinedImage {
  readonly row: MinedRow;
  /** The pool's own bytes; where pixels came without a file, a PNG of them. */
  readonly bytes: Buffer;
  /** Of the encoding, without a dot. */
  readonly extension: string;
  /** SHA-256 of `bytes`, hex; that of the decoded pixels is in the row. */
  readonly sourceSha256: string;
}

type RawImage = Exclude<RawItem, { readonly kind: 'rejected' }>;

/** Images that are loaded and decoded at once, and their bytes: enough to hide the delay of a store. */
const AHEAD = 16;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The mined images of a run out of its pool, shard by shard in the order of the pool: memory does not grow with their number. Each is
 * decoded once more and must have the very pixels that were mined.
 * @throws DataError that names the key where the pool has lost an image or holds another one under its key
 */
export async function* minedImages(store: Store, plan: Plan, round: number): AsyncGenerator<MinedImage> {
  for await (const [shard, rows] of minedByShard(store, plan.runId, round)) {
    const manifest = await shardManifestFile(plan.runId, shard).read(store);
    yield* imagesOfShard(plan, manifest, rows);
  }
}

async function* imagesOfShard(
  plan: Plan,
  manifest: ShardManifest,
  rows: readonly MinedRow[],
): AsyncGenerator<MinedImage> {
  const { limits, mining } = plan.config;
  const wanted = new Map<string, MinedRow[]>();
  for (const row of rows) wanted.set(row.key, [...(wanted.get(row.key) ?? []), row]);
  const others = new Map<string, string>();
  async function* ofMined(): AsyncGenerator<RawImage> {
    for await (const item of rawItems(manifest, { ...limits, sampleImage: mining.sampleImage })) {
      if (item.kind !== 'rejected' && wanted.has(item.key)) yield item;
    }
  }
  const bytes = { most: MOST_BYTES, of: (item: RawImage) => ('bytes' in item ? item.bytes.length : 0) };
  try {
    for await (const found of mapInOrder(ofMined(), AHEAD, (item) => openItem(item, plan), bytes)) {
      if ('fault' in found) {
        others.set(found.key, found.fault);
        continue;
      }
      // A tar may hold several files of one name.
      const same = wanted.get(found.key) ?? [];
      const at = same.findIndex(({ sha256: mined }) => mined === found.pixelsSha256);
      if (at < 0) {
        others.set(found.key, 'holds another image now');
        continue;
      }
      const [row] = same.splice(at, 1);
      if (same.length === 0) wanted.delete(found.key);
      const { bytes: source, extension, sourceSha256 } = found;
      yield { row: row!, bytes: source, extension, sourceSha256 };
      if (wanted.size === 0) return;
    }
  } catch (error) {
    if (!(error instanceof OmnidistillError) || error instanceof TransientError) throw error;
    throw changed(plan, manifest, [...wanted.keys()], messageOf(error), error);
  }
  const [first] = wanted.keys();
  throw changed(plan, manifest, [...wanted.keys()], others.get(first!) ?? 'is not there any more');
}

type Opened =
  | {
      readonly key: string;
      readonly bytes: Buffer;
      readonly extension: string;
      readonly sourceSha256: string;
      readonly pixelsSha256: string;
    }
  | { readonly key: string; readonly fault: string };

async function openItem(item: RawImage, { config }: Plan): Promise<Opened> {
  const { key } = item;
  if (item.kind === 'grey') {
    const { sha256: pixelsSha256 } = await decodeGrey(item.pixels, item.side, config.image);
    const bytes = encodePng(item.pixels, item.side, item.side, 1);
    return { key, bytes, extension: 'png', sourceSha256: sha256(bytes), pixelsSha256 };
  }
  const bytes = item.kind === 'stored' ? await item.load(config.limits.maxBytes) : item.bytes;
  const decoded = Buffer.isBuffer(bytes) ? await decodeImage(bytes, config.image, config.limits) : bytes;
  if (!isDecoded(decoded)) return { key, fault: `cannot be read any more (${decoded.detail})` };
  const file = bytes as Buffer;
  return { key, bytes: file, extension: extensionOf(file)!, sourceSha256: sha256(file), pixelsSha256: decoded.sha256 };
}

function changed(
  { runId }: Plan,
  { index, root }: ShardManifest,
  keys: readonly string[],
  fault: string,
  cause?: unknown,
): DataError {
  const more = keys.length > 1 ? ` ${keys.length - 1} more mined images of the shard are missing as well.` : '';
  return new DataError(
    `The pool is not the one that run ${runId} mined: ${JSON.stringify(keys[0])} of shard ${index} in ${root}: ${fault}.${more} ` +
      'Bring the pool back as it was, and export into an empty folder.',
    { cause },
  );
}
