import type { PoolFound, ShardManifest } from '../contracts/plan.ts';
import { ConfigError, DataError, inField, withField } from '../errors.ts';
import { mapInOrder } from '../map-in-order.ts';
import { passedOver } from './pool-census.ts';
import { openPool, type PoolPlace } from './pool-objects.ts';
import { divide, MAX_SHARDS, type PlacedPart, type PoolCount, partsOf, sharing, tallyOf } from './pool-shards.ts';

/** A pool that was divided. */
export interface DividedPool {
  readonly found: PoolFound;
  readonly shardCount: number;
  readonly count: PoolCount;
}

/** A function has 15 minutes, of which some are for the labelled sets. */
const LISTING_MINUTES = 12;
/** Manifests of 40,000 shards at 50 ms each must fit into the same time: one minute. */
const WRITES_AT_ONCE = 32;

/**
 * Looks at a pool and divides it while it is listed: a thousand keys come in 100 ms, so millions must not be listed twice. Only
 * where there are too many shards for a run it is listed again, and all of them are written anew.
 * @param shardSize - most images in a group
 * @param write - keeps a shard; several at once
 * @throws ConfigError on a missing or unreadable place, or a file that is no pool; both name the field `pool`
 * @throws DataError on a pool of which nothing can be read, or that cannot be listed in time
 */
export const listPool = async (
  uri: string,
  shardSize: number,
  write: (shard: ShardManifest) => Promise<void>,
): Promise<DividedPool> => dividePool(await inNamed('pool', openPool(uri)), shardSize, write);

export interface DivideOptions {
  /** What errors name. @default 'pool' */
  readonly field?: string;
  /** Milliseconds. @default those of the process */
  readonly now?: () => number;
}

/** The same for a place that is open already. */
export const dividePool = async (
  pool: PoolPlace,
  shardSize: number,
  write: (shard: ShardManifest) => Promise<void>,
  { field = 'pool', now = () => performance.now() }: DivideOptions = {},
): Promise<DividedPool> => {
  const end = now() + LISTING_MINUTES * 60_000;
  const place = inTime(pool, () => now() > end);
  const tally = tallyOf(place, shardSize);
  async function* tallied(): AsyncGenerator<PlacedPart> {
    for await (const part of partsOf(place, shardSize, tally.over)) {
      tally.add(part);
      yield part;
    }
  }
  const writeAll = async (parts: AsyncIterable<PlacedPart>, together?: number): Promise<number> => {
    let shards = 0;
    const keep = async (shard: ShardManifest): Promise<void> => {
      if (shard.index < MAX_SHARDS) await write(shard);
    };
    const divided = withField(field, divide(parts, shardSize, together));
    for await (const _ of mapInOrder(divided, WRITES_AT_ONCE, keep)) shards += 1;
    return shards;
  };
  let shardCount = await writeAll(tallied());
  const count = await inNamed(field, tally.end());
  if (shardCount > MAX_SHARDS) {
    shardCount = await writeAll(partsOf(place, shardSize, passedOver()), sharing(count));
    if (shardCount > MAX_SHARDS) {
      throw new ConfigError(`${field}: it grew beyond ${MAX_SHARDS} shards while it was listed. Start the run again.`);
    }
  }
  const formats = Object.fromEntries([...count.parts].map(([{ name }, parts]) => [name, parts]));
  return { found: { formats, passedOver: count.passedOver.counts }, shardCount, count };
};

async function inNamed<T>(field: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw inField(field, error);
  }
}

/** A pool that says why it takes too long, which a function that is ended cannot. */
function inTime(place: PoolPlace, isOver: () => boolean): PoolPlace {
  return {
    ...place,
    async *objects(onFault) {
      let listed = 0;
      for await (const object of place.objects(onFault)) {
        listed += 1;
        if (isOver()) {
          throw new DataError(
            `${place.name} has more objects than can be listed in ${LISTING_MINUTES} minutes: ${listed} so far. Pack the images ` +
              'into tars of some thousands each, or give a part of the pool.',
          );
        }
        yield object;
      }
    },
  };
}
