import { z } from 'zod';
import { DataError, messageOf } from '../errors.ts';
import { getObject } from '../store/read.ts';
import type { Store, Version } from '../store/store.ts';

/** How a value is written as bytes and read again. */
export interface Codec<Value, Written = Value> {
  encode(value: Written): Buffer | string;
  /** Checks what it reads. @throws anything on bytes that hold no such value */
  decode(bytes: Buffer): Value | Promise<Value>;
}

/**
 * One object of a store, declared once: where it lies and what is in it. `Written` is what it is made of, where that is
 * more than what is read from it.
 */
export interface Artifact<Value, Written = Value> {
  readonly key: string;
  exists(store: Store): Promise<boolean>;
  /** The value, or `undefined` where there is no such object. @throws DataError on an object that holds something else */
  find(store: Store): Promise<Value | undefined>;
  /** The value. @throws DataError where there is no such object, or on one that holds something else */
  read(store: Store): Promise<Value>;
  /** The object as it lies there, e.g. to copy it. @throws DataError where there is none */
  bytes(store: Store): Promise<Buffer>;
  write(store: Store, value: Written): Promise<void>;
  /** The value with its version, to be given to `writeOver`; `undefined` where there is no such object. */
  findVersion(store: Store): Promise<{ readonly value: Value; readonly version: Version } | undefined>;
  /**
   * Writes only where nobody else has written meanwhile.
   * @param version - as it was found; `undefined` where there was none
   * @returns whether it was written
   */
  writeOver(store: Store, value: Written, version: Version | undefined): Promise<boolean>;
}

export interface ArtifactOptions {
  /** Whether it is needed while its run lasts and never again. @default false */
  readonly scratch?: boolean;
}

/** Characters of a reason that a person would read. */
const REASON_CAP = 300;

/** Declares an object. `codec` and `key` are all that is ever said of it. */
export function artifact<Value, Written = Value>(
  key: string,
  codec: Codec<Value, Written>,
  { scratch = false }: ArtifactOptions = {},
): Artifact<Value, Written> {
  const decode = async (store: Store, bytes: Buffer): Promise<Value> => {
    try {
      return await codec.decode(bytes);
    } catch (cause) {
      throw unfit(store, key, cause);
    }
  };
  return {
    key,
    exists: (store) => store.has(key),
    async find(store) {
      const bytes = await store.get(key);
      return bytes && decode(store, bytes);
    },
    read: async (store) => decode(store, await getObject(store, key)),
    bytes: (store) => getObject(store, key),
    write: (store, value) => store.put(key, codec.encode(value), { scratch }),
    async findVersion(store) {
      const found = await store.getVersion(key);
      return found && { value: await decode(store, found.body), version: found.version };
    },
    writeOver: (store, value, version) => store.putOver(key, codec.encode(value), version),
  };
}

/** The error of an object that holds something else. */
export const unfit = (store: Store, key: string, cause: unknown): DataError =>
  new DataError(
    `${store.root}/${key} does not hold what it should: ${reasonOf(cause)}. Was it written by another version?`,
    { cause },
  );

/** Indented JSON, so that a person can read it in a console. */
export function json<Value>(schema: z.ZodType<Value>): Codec<Value> {
  return {
    encode: (value) => `${JSON.stringify(value, null, 2)}\n`,
    decode: (bytes) => schema.parse(JSON.parse(bytes.toString('utf8'))),
  };
}

/** One JSON value a line. */
export function jsonLines<Value>(schema: z.ZodType<Value>): Codec<readonly Value[]> {
  return {
    encode: (values) => values.map((value) => `${JSON.stringify(value)}\n`).join(''),
    decode: (bytes) => {
      const lines = bytes.toString('utf8').split('\n');
      return lines.filter((line) => line !== '').map((line) => schema.parse(JSON.parse(line)));
    },
  };
}

/** Text as it is. */
export const text: Codec<string> = { encode: (value) => value, decode: (bytes) => bytes.toString('utf8') };

/** Bytes that somebody else has made. */
export const binary: Codec<Buffer> = { encode: (value) => value, decode: (bytes) => bytes };

/** What was wrong, in a line: what an object holds may be anything, so that its parts in a message may be, too. */
function reasonOf(cause: unknown): string {
  const message = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
  const reason = message.replaceAll(/[\p{Cc}\s]+/gu, ' ').replace(/\.$/, '');
  return reason.length > REASON_CAP ? `${reason.slice(0, REASON_CAP)} …` : reason;
}
