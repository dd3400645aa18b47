import type { ParquetType } from 'hyparquet';
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import { readVarInt } from 'hyparquet/src/thrift.js';
import { runLengths } from './run-lengths.ts';

/** A cell: bytes or text as they are stored; `undefined` where it is null. */
export type ColumnValue = Buffer | number | bigint | boolean | undefined;

/** The values of a page, as they are packed. */
export interface PackedValues {
  readonly type: ParquetType;
  readonly encoding: string;
  readonly bytes: Buffer;
  readonly count: number;
  /** The values that the page refers to by their numbers. */
  readonly dictionary: readonly ColumnValue[];
}

type Values = Generator<ColumnValue, undefined>;

/** How many bytes a value of a fixed size has, and what they mean. */
const FIXED: Partial<Record<ParquetType, readonly [size: number, read: (bytes: Buffer, at: number) => ColumnValue]>> = {
  INT32: [4, (bytes, at) => bytes.readInt32LE(at)],
  INT64: [8, (bytes, at) => bytes.readBigInt64LE(at)],
  FLOAT: [4, (bytes, at) => bytes.readFloatLE(at)],
  DOUBLE: [8, (bytes, at) => bytes.readDoubleLE(at)],
};

/** Numbers of a block of differences, and of blocks in it, at most; writers take 128 and 4. */
const MOST_BLOCK = 1 << 16;

/**
 * The values of a page, so many as it says that it holds.
 * @throws Error in words where the bytes end before, or are encoded in a way that is not read
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/
 */
export function valuesOf({ type, encoding, bytes, count, dictionary }: PackedValues): Values {
  if (encoding === 'PLAIN') return plainValues(type, bytes, count);
  if (encoding.endsWith('_DICTIONARY')) return lookedUp(bytes, count, dictionary);
  if (encoding === 'RLE' && type === 'BOOLEAN') return booleans(runLengths(bytes.subarray(4), 1, count));
  if (encoding === 'DELTA_BINARY_PACKED') return each(differences(type, bytes, count).numbers);
  if (encoding === 'DELTA_LENGTH_BYTE_ARRAY') return behindLengths(bytes, count);
  if (encoding === 'DELTA_BYTE_ARRAY') return behindPrefixes(bytes, count);
  throw new Error(`its values are encoded as ${encoding}; write them plain`);
}

/** Values one behind the other. */
export function* plainValues(type: ParquetType, bytes: Buffer, count: number): Values {
  if (type === 'BYTE_ARRAY') return yield* byteArrays(bytes, count);
  if (type === 'BOOLEAN') {
    if (count > 8 * bytes.length) throw new Error(ENDS);
    for (let i = 0; i < count; i++) yield ((bytes[i >> 3]! >> (i & 7)) & 1) === 1;
    return;
  }
  const fixed = FIXED[type];
  if (fixed === undefined) throw new Error(`its values are of the type ${type}, which is not read`);
  const [size, read] = fixed;
  if (count * size > bytes.length) throw new Error(ENDS);
  for (let i = 0; i < count; i++) yield read(bytes, i * size);
}

const ENDS = 'a page ends before its values';

function* byteArrays(bytes: Buffer, count: number): Values {
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 4 > bytes.length) throw new Error(ENDS);
    const end = at + 4 + bytes.readUInt32LE(at);
    if (end > bytes.length) throw new Error('a page ends in a value');
    yield bytes.subarray(at + 4, end);
    at = end;
  }
}

function* lookedUp(bytes: Buffer, count: number, dictionary: readonly ColumnValue[]): Values {
  for (const index of runLengths(bytes.subarray(1), bytes[0] ?? 0, count)) {
    if (index >= dictionary.length) throw new Error(`value ${index} of a dictionary of ${dictionary.length}`);
    yield dictionary[index];
  }
}

function* booleans(numbers: Uint32Array): Values {
  for (const number of numbers) yield number === 1;
}

function* each(numbers: Iterable<number | bigint>): Values {
  yield* numbers;
}

/** All lengths, and then all bytes. */
function* behindLengths(bytes: Buffer, count: number): Generator<Buffer, undefined> {
  const { numbers, end } = differences('INT32', bytes, count);
  let at = end;
  for (const length of numbers) {
    const next = at + Number(length);
    if (next < at || next > bytes.length) throw new Error('a page ends in a value');
    yield bytes.subarray(at, next);
    at = next;
  }
}

/** Each begins like the one before it; how far, is told first. */
function* behindPrefixes(bytes: Buffer, count: number): Values {
  const { numbers, end } = differences('INT32', bytes, count);
  let before = Buffer.alloc(0);
  let i = 0;
  for (const rest of behindLengths(bytes.subarray(end), count)) {
    const kept = Number(numbers[i++]);
    if (!(kept >= 0 && kept <= before.length)) throw new Error('a value begins with more than the one before it');
    before = Buffer.concat([before.subarray(0, kept), rest]);
    yield before;
  }
}

/** Numbers by their differences; the library checks nothing of what the blocks say of themselves, and may never end. */
function differences(type: ParquetType, bytes: Buffer, count: number) {
  const numbers = type === 'INT64' ? new BigInt64Array(count) : new Int32Array(count);
  if (count === 0) return { numbers, end: bytes.length };
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  const [block, parts] = [readVarInt(reader), readVarInt(reader)];
  if (!(parts > 0 && block > 0 && block <= MOST_BLOCK && block % parts === 0))
    throw new Error('a page of damaged blocks');
  reader.offset = 0;
  deltaBinaryUnpack(reader, count, numbers);
  return { numbers, end: reader.offset };
}
