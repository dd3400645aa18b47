import type { Rejection } from '../contracts/rejections.ts';
import { DataError, messageOf } from '../errors.ts';
import { codeOf, isMissing } from '../store/file-errors.ts';
import { getUpTo } from '../store/read.ts';
import type { Store } from '../store/store.ts';
import { HEAD_BYTES, isReadable, type Refusal, RefusedError } from './refusal.ts';

/** An image that was left out on the way. */
export interface RejectedItem {
  readonly kind: 'rejected';
  readonly rejection: Rejection;
  /** In a labelled set, where the label is not what was wrong. */
  readonly className?: string | undefined;
}

/** A part of an image in pixels, from `left` and `top` up to, not including, `right` and `bottom`. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Named {
  /** Where the image comes from: unique in its labelled set or pool. */
  readonly key: string;
  /** In a labelled set. */
  readonly className?: string | undefined;
  /** Nothing else of the image is wanted. */
  readonly box?: Box | undefined;
}

/**
 * One image as a format gives it, before it is decoded, or why there is none. Formats know nothing of decoders, which
 * are native code that a Lambda bundle cannot hold.
 */
export type RawItem =
  /** A whole encoded file, or more than the limit of it. */
  | (Named & { readonly kind: 'encoded'; readonly bytes: Buffer })
  /**
   * The same, not yet read: several are read at once. `load` reads little more than `most` bytes, and of what is no image
   * no more than its first ones.
   */
  | (Named & { readonly kind: 'stored'; load(most: number): Promise<Buffer | Refusal> })
  /** Grey values `[side, side]`, row-major, 0 to 255, that came without a file. */
  | (Named & { readonly kind: 'grey'; readonly side: number; readonly pixels: Uint8Array })
  | RejectedItem;

/** An image that is an object of its own. One that cannot be opened or is gone since it was listed is no reason to end. */
export function storedImage(
  store: Store,
  key: string,
  className?: string,
): Extract<RawItem, { readonly kind: 'stored' }> {
  const load = async (most: number): Promise<Buffer | Refusal> => {
    try {
      return await getUpTo(store, key, most, { bytes: HEAD_BYTES, goesOn: isReadable });
    } catch (error) {
      const refusal = unopened(error);
      if (refusal === undefined) throw error;
      return refusal;
    }
  };
  return { kind: 'stored', key, className, load };
}

export function rejectedItem(
  key: string,
  reason: Rejection['reason'],
  detail: string,
  className?: string,
): RejectedItem {
  return { kind: 'rejected', rejection: { key, reason, detail }, className };
}

const UNREADABLE = ['EACCES', 'EPERM', 'EISDIR', 'EIO', 'ELOOP', 'ENAMETOOLONG'];

/** What an error says of this one object, or `undefined` where it says something of the store. */
export function unopened(error: unknown): Refusal | undefined {
  if (error instanceof RefusedError) return error.refusal;
  const cause = codeOf(error) === undefined && error instanceof Error ? error.cause : error;
  if (error instanceof DataError || isMissing(cause)) return { reason: 'gone', detail: messageOf(error) };
  return UNREADABLE.includes(codeOf(cause) ?? '') ? { reason: 'unreadable', detail: messageOf(error) } : undefined;
}
