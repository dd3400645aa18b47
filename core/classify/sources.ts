import type { ShardManifest } from '../contracts/plan.ts';
import { kindOfName } from '../data/image-files.ts';
import { looseImages } from '../data/pool/loose-images.ts';
import { HEAD_BYTES, isReadable } from '../data/refusal.ts';
import { passedOver } from '../plan/pool-census.ts';
import { openPool } from '../plan/pool-objects.ts';
import { divide, partsOf, tallyOf } from '../plan/pool-shards.ts';
import { hasObject, openStore } from '../store/open.ts';
import { type ObjectUri, splitObjectUri } from '../store/uri.ts';

/** Something that a person asks about: what they typed, and where it lies. */
export interface Input {
  readonly typed: string;
  readonly uri: string;
}

/** Images that are read together. */
export interface Source {
  /** One for all images, or one for each of them in their order. */
  readonly typed: readonly string[];
  readonly shards: AsyncIterable<ShardManifest> | readonly ShardManifest[];
}

/** Loose images of a pool that are listed together. */
const IMAGES_A_SHARD = 2500;

/**
 * What inputs hold: a pool as its readers see it, or single images, of which those of one folder are asked about together when
 * they follow on each other.
 * @param named - puts the name of an input before what is wrong with it
 * @throws ConfigError or DataError on a place that is neither
 */
export const sourcesOf = async (
  inputs: readonly Input[],
  named: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Source[]> => {
  const sources: Source[] = [];
  let together: { root: string; typed: string[]; parts: string[] } | undefined;
  for (const { typed, uri } of inputs) {
    const image = await named(() => singleImage(uri));
    if (image === undefined) {
      sources.push({ typed: [typed], shards: await named(() => shardsOf(uri)) });
      together = undefined;
    } else if (image.root === together?.root) {
      together.typed.push(typed);
      together.parts.push(image.key);
    } else {
      together = { root: image.root, typed: [typed], parts: [image.key] };
      const manifest = { index: 0, format: looseImages.name, root: image.root, parts: together.parts };
      sources.push({ typed: together.typed, shards: [manifest] });
    }
  }
  return sources;
};

/** What a pool holds, of which something can be read. */
async function shardsOf(uri: string): Promise<AsyncIterable<ShardManifest>> {
  const place = await openPool(uri);
  const tally = tallyOf(place, IMAGES_A_SHARD);
  for await (const part of partsOf(place, IMAGES_A_SHARD, tally.over)) tally.add(part);
  await tally.end();
  return divide(partsOf(place, IMAGES_A_SHARD, passedOver()), IMAGES_A_SHARD, 1);
}

/** One image, readable or not. */
async function singleImage(uri: string): Promise<ObjectUri | undefined> {
  if (uri.includes('#') || !(await hasObject(uri))) return undefined;
  const { root, key } = splitObjectUri(uri);
  const isImage = kindOfName(key) === 'image' || isReadable(await openStore(root).range(key, 0, HEAD_BYTES));
  return isImage ? { root, key } : undefined;
}
