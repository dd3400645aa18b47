import type { Rejection } from '../contracts/rejections.ts';
import { codecNames, codecOf, foreignCodecOf } from './image-files.ts';

/** Why there is no image. */
export type Refusal = Pick<Rejection, 'reason' | 'detail'>;

/** So many first bytes tell what a file is. */
export const HEAD_BYTES = 1024;

/** What is often found where an image is expected, by how it begins, and what to do about it. */
const OTHERS: readonly (readonly [start: string | RegExp, words: string])[] = [
  ['version https://git-lfs', 'is a Git LFS pointer, not the image itself; run git lfs pull'],
  [/^\s*(<!doctype html|<html)/i, 'is a web page: the download has failed'],
  [/^\s*<\?xml/i, 'is XML'],
  [/^\s*[{[]/, 'is JSON or the like'],
  [/^[\s\S]{257}ustar/, 'is a tar'],
  ['\x1f\x8b', 'is gzip'],
  ['PK\x03\x04', 'is a zip'],
  ['%PDF', 'is a PDF'],
  ['\x89HDF', 'is HDF5'],
  ['\x93NUMPY', 'is an array of NumPy'],
  ['PAR1', 'is Parquet'],
  ['\0\x05\x16\x07', 'is what macOS keeps beside a file'],
];

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
  const text = head.toString('latin1', 0, HEAD_BYTES);
  const other = OTHERS.find(([start]) => (typeof start === 'string' ? text.startsWith(start) : start.test(text)))?.[1];
  if (other !== undefined) return { reason: 'no-image', detail: other };
  return { reason: 'undecodable', detail: `neither ${codecNames('nor')} by its first bytes` };
};
