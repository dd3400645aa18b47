import type { ShardManifest } from '../../contracts/plan.ts';
import type { ImageLimits, ImageShape } from '../../data/decode.ts';
import type { PoolReading } from '../../data/pool/pool-format.ts';
import type { PoolBatch } from '../../data/pool/shard-batches.ts';
import type { ErrorRecord } from './reader-errors.ts';

/** What the reader thread is started with. */
export interface ReaderTask {
  readonly manifest: ShardManifest;
  readonly image: ImageShape;
  readonly limits: ImageLimits & Pick<PoolReading, 'sampleImage'>;
  /** Another shape that the images are wanted in as well. */
  readonly view?: ImageShape | undefined;
  /** Images a batch. */
  readonly batch: number;
}

/**
 * What the reader thread says. It sends a batch only for a credit; any message to it is one. The end and a failure
 * come last.
 */
export type ReaderMessage =
  | { readonly kind: 'batch'; readonly batch: PoolBatch }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly error: ErrorRecord };
