import type { z } from 'zod';
import type { ShardPart } from '../../contracts/plan.ts';
import type { SampleImage } from '../../contracts/sample-image.ts';
import type { Store } from '../../store/store.ts';
import type { ImageLimits } from '../decode.ts';
import type { RawItem } from '../raw-item.ts';

/** An object of a pool as it was listed. */
export interface PoolObject {
  /** Its path below the store's root. */
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  /** Where the pool's URI names this very object: what stands behind its #, or nothing. */
  readonly named?: { readonly fragment?: string | undefined } | undefined;
}

/** What a reader has to know beside the parts. */
export interface PoolReading extends Pick<ImageLimits, 'maxBytes'> {
  /** Which image of a sample is taken, where an archive holds several. @default 'first' */
  readonly sampleImage?: SampleImage | undefined;
}

/**
 * One way to lay out a pool, object by object: a folder may hold several. A new one is a file beside this one and an
 * entry in `registry.ts`. It must not import a decoder: Plan is a Lambda function and divides the pool with it.
 */
export interface PoolFormat<Part extends ShardPart = ShardPart> {
  /** Stands in shard manifests. */
  readonly name: string;
  /** What a folder may hold, to follow "A pool is a folder of": for help and error messages. */
  readonly about: string;
  /** What the parts are called, in the plural. */
  readonly unit: string;
  /**
   * Whether an object holds any number of images, which listing does not tell. Each part is a shard then, and a URI may
   * name a single object; otherwise a part is one image.
   */
  readonly holdsMany: boolean;
  /** Only where the URI names the object: in a folder such files mostly stand beside what they describe. @default false */
  readonly namedOnly?: boolean;
  /** Whether a listed object is one of these. Hidden ones are never asked about. */
  matches(key: string): boolean;
  /** What a shard manifest says of a part. */
  readonly part: z.ZodType<Part>;
  /**
   * The parts of an object, in a fixed order; a large one comes apart. None where it is not what its name says.
   * @throws ConfigError where the object is named by the URI and cannot be a pool
   */
  partsOf(store: Store, object: PoolObject, shardSize: number): AsyncIterable<Part> | Iterable<Part>;
  /**
   * The images of parts, in a fixed order.
   * @throws ShardUnreadableError where nothing of a part can be read, DataError where it is gone
   */
  read(store: Store, parts: readonly Part[], reading: PoolReading): AsyncIterable<RawItem> | Iterable<RawItem>;
}
