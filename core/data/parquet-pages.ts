import type { ColumnMetaData } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { compressors } from 'hyparquet-compressors';
import { runLengths } from './run-lengths.ts';

/** Where a column of bytes lies in a row group. */
export interface ByteColumn {
  readonly meta: ColumnMetaData;
  /** How many of the parts of its path may be null. */
  readonly nullable: number;
  /** Of the row group. */
  readonly rows: number;
}

type Read = (from: number, to: number) => Promise<Buffer>;
type Value = Buffer | undefined;

/** A page's header holds the least and the greatest value, which may be images. */
const HEADERS = [64 * 1024, 4 * 1024 * 1024];
/** The memory that a job may spend on a page, packed or not. */
const MOST_PAGE = 512 * 1024 * 1024;
const MOST_VALUES = 1 << 24;

/**
 * The values of a column of bytes, row by row, with one page in memory: the library would read a whole row group, which may be
 * larger than the machine. Null is `undefined`.
 * @throws Error in words on what is damaged or encoded in another way than plain or by a dictionary
 */
export async function* bytesOf(read: Read, { meta, nullable, rows }: ByteColumn): AsyncGenerator<Value> {
  const data = Number(meta.data_page_offset);
  const start = Math.min(data, Number(meta.dictionary_page_offset || data));
  const end = start + Number(meta.total_compressed_size);
  let dictionary: readonly Buffer[] = [];
  let at = start;
  let given = 0;
  while (at < end && given < rows) {
    const { header, size } = await headerAt(read, at, end);
    const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header;
    at += size;
    if (!(packed >= 0 && packed <= end - at && packed <= MOST_PAGE && unpacked >= 0 && unpacked <= MOST_PAGE)) {
      throw new Error(`a page has ${packed} bytes, unpacked ${unpacked}, of which at most ${MOST_PAGE} are read`);
    }
    const page = await read(at, at + packed);
    if (page.length < packed) throw new Error('the file ends in a page');
    at += packed;
    if (header.type === 'DICTIONARY_PAGE') {
      const count = countOf(header.dictionary_page_header?.num_values);
      dictionary = [...plain(unpackedPage(page, unpacked, meta.codec), count)];
    } else if (header.type === 'DATA_PAGE' || header.type === 'DATA_PAGE_V2') {
      for (const value of valuesOf(header, page, meta.codec, nullable, dictionary)) {
        if (given++ === rows) return;
        yield value;
      }
    }
  }
  if (given < rows) throw new Error(`only ${given} of ${rows} rows are there`);
}

type Header = ReturnType<typeof parquetHeader>;

async function headerAt(read: Read, at: number, end: number): Promise<{ header: Header; size: number }> {
  for (const length of HEADERS) {
    const bytes = await read(at, Math.min(end, at + length));
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
    try {
      return { header: parquetHeader(reader), size: reader.offset };
    } catch {
      // Cut short, perhaps: the next length tells.
    }
  }
  throw new Error(`no page begins at byte ${at}`);
}

function valuesOf(
  header: Header,
  page: Buffer,
  codec: ColumnMetaData['codec'],
  nullable: number,
  dictionary: readonly Buffer[],
): Generator<Value> {
  const width = nullable === 0 ? 0 : 32 - Math.clz32(nullable);
  const [v1, v2] = [header.data_page_header, header.data_page_header_v2];
  const info = v2 ?? v1;
  if (info === undefined) throw new Error('a page of no known version');
  const count = countOf(info.num_values);
  if (v2 !== undefined) {
    const levels = v2.repetition_levels_byte_length + v2.definition_levels_byte_length;
    if (!(levels >= 0 && levels <= page.length)) throw new Error('the levels of a page are longer than the page');
    const body = page.subarray(levels);
    const unpacked = header.uncompressed_page_size - levels;
    const values = v2.is_compressed === false ? body : unpackedPage(body, unpacked, codec);
    const defined = runLengths(page.subarray(v2.repetition_levels_byte_length, levels), width, count);
    return merged(defined, nullable, info.encoding, values, dictionary);
  }
  const whole = unpackedPage(page, header.uncompressed_page_size, codec);
  if (width === 0) return merged(new Uint32Array(count), 0, info.encoding, whole, dictionary);
  const length = whole.length < 4 ? -1 : whole.readUInt32LE(0);
  if (length < 0 || length > whole.length - 4) throw new Error('the levels of a page are longer than the page');
  const defined = runLengths(whole.subarray(4, 4 + length), width, count);
  return merged(defined, nullable, info.encoding, whole.subarray(4 + length), dictionary);
}

/** Values at the rows that have one. */
function* merged(
  defined: Uint32Array,
  nullable: number,
  encoding: string,
  bytes: Buffer,
  dictionary: readonly Buffer[],
): Generator<Value> {
  const count = defined.reduce((sum, level) => sum + Number(level === nullable), 0);
  const values = encoding === 'PLAIN' ? plain(bytes, count) : looked(encoding, bytes, count, dictionary);
  for (const level of defined) yield level === nullable ? values.next().value || undefined : undefined;
}

function* plain(bytes: Buffer, count: number): Generator<Buffer, undefined> {
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 4 > bytes.length) throw new Error('a page ends before its values');
    const end = at + 4 + bytes.readUInt32LE(at);
    if (end > bytes.length) throw new Error('a page ends in a value');
    yield bytes.subarray(at + 4, end);
    at = end;
  }
}

function* looked(
  encoding: string,
  bytes: Buffer,
  count: number,
  dictionary: readonly Buffer[],
): Generator<Buffer, undefined> {
  if (!encoding.endsWith('_DICTIONARY')) throw new Error(`its values are encoded as ${encoding}; write them plain`);
  for (const index of runLengths(bytes.subarray(1), bytes[0] ?? 0, count)) {
    const value = dictionary[index];
    if (value === undefined) throw new Error(`value ${index} of a dictionary of ${dictionary.length}`);
    yield value;
  }
}

function unpackedPage(bytes: Buffer, length: number, codec: ColumnMetaData['codec']): Buffer {
  if (codec === 'UNCOMPRESSED') return bytes;
  const unpack = compressors[codec];
  if (unpack === undefined) throw new Error(`it is packed by ${codec}`);
  const page = length === 0 ? new Uint8Array(0) : unpack(bytes, length);
  if (page.length !== length) throw new Error(`a page unpacks to ${page.length} bytes instead of ${length}`);
  return Buffer.from(page.buffer, page.byteOffset, page.byteLength);
}

function countOf(count: number | undefined): number {
  if (count !== undefined && count >= 0 && count <= MOST_VALUES) return count;
  throw new Error(`a page of ${count} values, of which at most ${MOST_VALUES} are read`);
}
