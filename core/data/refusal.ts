import type { Rejection } from '../contracts/rejections.ts';
import { EXIT_CODE, OmnidistillError } from '../errors.ts';
import { kindByBytes } from './file-kinds.ts';
import { codecNames, codecOf, foreignCodecOf } from './image-files.ts';

/** Why there is no image. */
export type Refusal = Pick<Rejection, 'reason' | 'detail'>;

/** An object that is there and cannot be read, where a store has no other way to say why. */
export class RefusedError extends OmnidistillError {
  public override readonly name = 'RefusedError';
  public override readonly exitCode = EXIT_CODE.data;

  public constructor(
    place: string,
    public readonly refusal: Refusal,
  ) {
    super(`${place}: ${refusal.detail}.`);
  }
}

/** So many first bytes tell what a file is. */
export const HEAD_BYTES = 1024;

/** Whether the first bytes are those of an image that is read. */
export const isReadable = (head: Buffer): boolean => codecOf(head) !== undefined;

/**
 * Why a file is not read, by its first bytes.
 * @param head - at least its first `HEAD_BYTES`, or all of it
 * @returns `undefined` where it is an image that can be read
 */
export const refusalOf = (head: Buffer): Refusal | undefined => {
  if (head.length === 0) return { reason: 'empty', detail: '0 bytes' };
  if (isReadable(head)) return undefined;
  const foreign = foreignCodecOf(head);
  if (foreign !== undefined) {
    return { reason: 'unread-kind', detail: `is ${foreign}, which is not read; convert it to PNG` };
  }
  const kind = kindByBytes(head);
  if (kind !== undefined) return { reason: 'no-image', detail: `is ${kind}` };
  return { reason: 'undecodable', detail: `neither ${codecNames('nor')} by its first bytes` };
};
