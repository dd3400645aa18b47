import type { ShardManifest, ShardPart } from '../contracts/plan.ts';
import { isReadableName } from '../data/image-files.ts';
import type { PoolFormat } from '../data/pool/pool-format.ts';
import {
  listedFormatOf,
  namedFormatOf,
  POOL_CONTENTS,
  POOL_FORMATS,
  POOL_FORMS,
  poolFormatOf,
} from '../data/pool/registry.ts';
import { HEAD_BYTES, refusalOf } from '../data/refusal.ts';
import { DataError, messageOf } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { type PassedOver, passedOver } from './pool-census.ts';
import type { PlacedObject, PoolPlace } from './pool-objects.ts';

/**
 * Most shards of a run. Their numbers pass from state to state as JSON, 229 kB of the 256 KiB (262,144 bytes) that a state
 * may have.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MAX_SHARDS = 40_000;

/**
 * A job takes 15 seconds to begin, as long as it needs for 2,500 images, so later shards are larger: the first ones have the
 * ordinary size, so that a small pool is mined by many at once, then come so many times as many images or small archives.
 */
const GROWTH = [
  { from: 0, times: 1 },
  { from: 256, times: 2 },
  { from: 512, times: 4 },
] as const;
/** Archives share a job only up to here: what a large one holds is work enough. */
const SMALL_ARCHIVES_BYTES = 64 * 1024 * 1024;

/** Files whose names say nothing are opened only where there is nothing else, and so many of them. */
const MOST_OPENED = 64;

/** What a pool holds, as far as listing tells. */
export interface PoolCount {
  /** Of each format of the pool. */
  readonly parts: ReadonlyMap<PoolFormat, number>;
  /** Were all of the ordinary size. */
  readonly shards: number;
  /** What is not read. */
  readonly passedOver: PassedOver;
}

/**
 * Divides parts of a pool into shards, in the order of its keys: each archive, or part of a large one, is one, and small ones of a
 * large pool are some together; other images are grouped as they come (a folder may hold both, and folders in it). Where that would
 * make too many, several share a job.
 * @param together - so many shards of the ordinary size share a job, from `sharing`; left out, shards grow with the pool
 */
export async function* divide(
  pool: AsyncIterable<PlacedPart>,
  shardSize: number,
  together?: number,
): AsyncGenerator<ShardManifest> {
  const groups = new Map<string, Group>();
  let index = 0;
  for await (const { format, object, part } of pool) {
    const id = `${POOL_FORMATS.indexOf(format)} ${object.store.root}`;
    const group = groups.get(id) ?? { format, store: object.store, parts: [], bytes: 0 };
    groups.set(id, group);
    group.parts.push(part);
    group.bytes += object.size;
    if (isFull(group, shardSize, together === undefined ? growthOf(index) : { least: together, most: together })) {
      yield { index: index++, format: format.name, root: object.store.root, parts: group.parts };
      group.parts = [];
      group.bytes = 0;
    }
  }
  const left = [...groups.values()].filter(({ parts }) => parts.length > 0);
  const order = ({ format }: { readonly format: PoolFormat }): number => POOL_FORMATS.indexOf(format);
  for (const { format, store, parts } of left.sort((a, b) => order(a) - order(b))) {
    yield { index: index++, format: format.name, root: store.root, parts };
  }
}

/** Parts that wait for a shard of their own. */
interface Group {
  readonly format: PoolFormat;
  readonly store: Store;
  parts: ShardPart[];
  bytes: number;
}

/** Shards of a pool that grow with it, by how many they were if all had the ordinary size. */
export const grownShards = (ordinary: number): number => {
  let shards = 0;
  for (let left = ordinary; left > 0; shards++) left -= growthOf(shards).most;
  return shards;
};

/** How many shards of the ordinary size must share a job, so that a run has no more than `MAX_SHARDS`. */
export const sharing = ({ shards }: PoolCount): number =>
  // Formats are grouped apart, and the last group of each may be a small one.
  Math.ceil(shards / (MAX_SHARDS - POOL_FORMATS.length));

/** Counts parts as they come. */
export interface Tally {
  /** Takes what is passed over. */
  readonly over: PassedOver;
  add(part: PlacedPart): void;
  /** @throws DataError where nothing can be read */
  end(): Promise<PoolCount>;
}

export function tallyOf(place: PoolPlace, shardSize: number): Tally {
  const parts = new Map<PoolFormat, number>();
  const over = passedOver();
  const unsure: PlacedObject[] = [];
  let sure = false;
  return {
    over,
    add({ format, object }) {
      parts.set(format, (parts.get(format) ?? 0) + 1);
      if (format.holdsMany || isReadableName(object.key)) sure = true;
      else if (!sure && unsure.length < MOST_OPENED) unsure.push(object);
    },
    async end() {
      if (parts.size === 0) throw nothingIn(place, over);
      if (!sure) await requireImage(place, unsure);
      const shards = [...parts].map(([{ holdsMany }, count]) => Math.ceil(count / (holdsMany ? 1 : shardSize)));
      return { parts, shards: shards.reduce((sum, count) => sum + count, 0), passedOver: over };
    },
  };
}

export interface PlacedPart {
  readonly format: PoolFormat;
  readonly object: PlacedObject;
  readonly part: ShardPart;
}

/** The one loop over a pool: what it holds, in the order of the keys. */
export async function* partsOf(place: PoolPlace, shardSize: number, over: PassedOver): AsyncGenerator<PlacedPart> {
  for await (const object of place.objects((fault) => over.addFault(fault))) {
    const format = formatOf(object);
    let any = false;
    if (format !== undefined) {
      for await (const part of format.partsOf(object.store, object, shardSize)) {
        any = true;
        yield { format, object, part };
      }
    }
    if (!any) over.add(object.key);
  }
}

function formatOf({ key, named, listed = false }: PlacedObject): PoolFormat | undefined {
  if (named !== undefined) return namedFormatOf(key);
  return listed ? listedFormatOf(key) : poolFormatOf(key);
}

/** Archives, or times as many single images as is ordinary, that a shard has: `least` where they are large archives. */
interface ShardSize {
  readonly least: number;
  readonly most: number;
}

function growthOf(index: number): ShardSize {
  return { least: 1, most: GROWTH.findLast(({ from }) => index >= from)!.times };
}

function isFull({ format, parts, bytes }: Group, shardSize: number, { least, most }: ShardSize): boolean {
  if (!format.holdsMany) return parts.length >= shardSize * most;
  return parts.length >= most || (parts.length >= least && bytes >= SMALL_ARCHIVES_BYTES);
}

function nothingIn({ name }: PoolPlace, over: PassedOver): DataError {
  const holds = over.words === '' ? 'which is empty' : `which holds ${over.words}`;
  return new DataError(
    `No ${POOL_CONTENTS} in ${name}, ${holds}. ${[...over.remedies, `A pool is ${POOL_FORMS}.`].join(' ')}`,
  );
}

/** Where no name says that it is an image which can be read, one of the first files must be one. */
async function requireImage({ name }: PoolPlace, unsure: readonly PlacedObject[]): Promise<void> {
  const reasons = new Map<string, string>();
  for (const { store, key } of unsure) {
    let why: string | undefined;
    try {
      why = refusalOf(await store.range(key, 0, HEAD_BYTES))?.detail;
    } catch (error) {
      why = messageOf(error);
    }
    if (why === undefined) return;
    if (!reasons.has(why)) reasons.set(why, key);
  }
  const words = [...reasons].slice(0, 5).map(([why, key]) => `${key}: ${why}`);
  const looked = unsure.length === 1 ? 'The one file' : `None of the first ${unsure.length} files`;
  throw new DataError(
    `${looked} of ${name} ${unsure.length === 1 ? 'is no image' : 'is an image'} that can be read: ${words.join('; ')}.`,
  );
}
