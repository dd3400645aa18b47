import type { Plan, ShardManifest } from '../../contracts/plan.ts';
import type { ImageLimits, ImageShape } from '../../data/decode.ts';
import type { PoolReading } from '../../data/pool/pool-format.ts';
import type { GuardedBatch } from '../guarded.ts';
import type { ErrorRecord } from './reader-errors.ts';

/** What the reader thread is told first. */
export interface ReaderTask {
  readonly manifest: ShardManifest;
  readonly image: ImageShape;
  readonly limits: ImageLimits & Pick<PoolReading, 'sampleImage'>;
  /** Another shape that the images are wanted in as well. */
  readonly view?: ImageShape | undefined;
  /** Images a batch. */
  readonly batch: number;
  /** Whose guards look at the images, and where they lie; by default none are kept out. */
  readonly run?: { readonly store: string; readonly plan: Plan } | undefined;
}

/**
 * What the reader thread says. It sends a batch only for a credit; any message to it after its task is one. The end and a
 * failure come last.
 */
export type ReaderMessage =
  | { readonly kind: 'batch'; readonly batch: GuardedBatch }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly error: ErrorRecord };
