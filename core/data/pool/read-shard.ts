import { z } from 'zod';
import { parseOrExplain } from '../../contracts/parse-or-explain.ts';
import type { ShardManifest } from '../../contracts/plan.ts';
import { ConfigError } from '../../errors.ts';
import { openStore } from '../../store/open.ts';
import type { ImageLimits, ImageShape } from '../decode.ts';
import { type DecodedItem, decodeInOrder } from '../decode-items.ts';
import type { RawItem } from '../raw-item.ts';
import type { PoolReading } from './pool-format.ts';
import { POOL_FORMATS } from './registry.ts';

/**
 * The images of one shard in a fixed order, each decoded or with the reason why not.
 * Keys start with the path below the pool's root: of the image, or of the tar (or the like) that holds it.
 * @param view - another shape that every image is wanted in as well
 * @throws ConfigError on a manifest of a format that is not known here
 * @throws ShardUnreadableError when an archive is none from its first byte, DataError when it is gone
 * @throws TransientError when the store fails in a way that may pass
 */
export const readShard = (
  manifest: ShardManifest,
  image: ImageShape,
  limits: ImageLimits & Pick<PoolReading, 'sampleImage'>,
  view?: ImageShape,
): AsyncGenerator<DecodedItem> => decodeInOrder(rawItems(manifest, limits), image, limits, view);

/** The same before anything is decoded. @throws as `readShard` does */
export async function* rawItems(
  { index, format: name, root, parts }: ShardManifest,
  reading: PoolReading,
): AsyncGenerator<RawItem> {
  const format = POOL_FORMATS.find((known) => known.name === name);
  if (format === undefined) {
    const known = POOL_FORMATS.map((one) => one.name).join(', ');
    throw new ConfigError(
      `Shard ${index} is of the format "${name}"; known are ${known}. Was it planned by another version?`,
    );
  }
  yield* format.read(
    openStore(root),
    parseOrExplain(z.array(format.part), parts, `manifest of shard ${index}`),
    reading,
  );
}
