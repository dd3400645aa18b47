import type { Readable } from 'node:stream';

/** An object's place below the store's root and its size in bytes. */
export interface StoredObject {
  readonly key: string;
  readonly size: number;
}

/** A part of a listing that cannot be opened, or must not be followed: only folders of a machine have such. */
export interface ListFault {
  /** As far as it can be written down; a folder ends in `/`. */
  readonly key: string;
  readonly why: 'forbidden' | 'name-not-utf-8' | 'leaves-folder';
}

/** Tells one writing of an object from the next. */
export type Version = string;

export interface PutOptions {
  /** Nobody reads it after its run: a store that costs by the month may forget it. @default false */
  readonly scratch?: boolean;
}

/**
 * Objects by key below one root (a bucket, a prefix or a folder). Every object is written whole: a reader sees the old
 * one, the new one or none, never a part.
 */
export interface Store {
  /** `s3://bucket/prefix` or `file:///folder`, without a slash at the end. */
  readonly root: string;
  /** The whole object, or `undefined` where there is none. */
  get(key: string): Promise<Buffer | undefined>;
  /** The object as a stream. @throws DataError where there is none */
  stream(key: string): Promise<Readable>;
  /**
   * The same bytes in their order, where that costs less than a stream: most images are small.
   * @throws DataError where there is none
   */
  chunks?(key: string): AsyncIterable<Buffer>;
  /** Bytes `from` to `to` (exclusive); fewer where the object ends before. @throws DataError where there is none */
  range(key: string, from: number, to: number): Promise<Buffer>;
  /** In bytes; `undefined` where there is no such object. */
  size(key: string): Promise<number | undefined>;
  put(key: string, body: Buffer | string, options?: PutOptions): Promise<void>;
  /** The whole object with its version, or `undefined` where there is none. */
  getVersion(key: string): Promise<{ readonly body: Buffer; readonly version: Version } | undefined>;
  /**
   * Puts an object only over the version that is meant, so that of several who write at once one succeeds.
   * @param over - `undefined`: only where there is none
   * @returns whether it was written
   */
  putOver(key: string, body: Buffer | string, over: Version | undefined): Promise<boolean>;
  has(key: string): Promise<boolean>;
  /**
   * Objects whose key starts with `prefix`, sorted by key.
   * Links that leave the root are passed over: who filled a folder must not have other files of the machine read.
   * @param onFault - told of what is there and is passed over; left out, what cannot be opened is an error
   */
  list(prefix: string, onFault?: (fault: ListFault) => void): AsyncIterable<StoredObject>;
}
