import type { ColumnMetaData } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { compressors } from 'hyparquet-compressors';
import { type ColumnValue, plainValues, valuesOf } from './page-values.ts';
import { runLengths } from './run-lengths.ts';

/** Where a column lies in a row group. */
export interface ColumnChunk {
  readonly meta: ColumnMetaData;
  /** How many of the parts of its path may be null. */
  readonly nullable: number;
  /** Of the row group. */
  readonly rows: number;
}

type Read = (from: number, to: number) => Promise<Buffer>;

/** A page's header holds the least and the greatest value, which may be images. */
const HEADERS = [64 * 1024, 4 * 1024 * 1024];
/** The memory that a job may spend on a page, packed or not. */
const MOST_PAGE = 512 * 1024 * 1024;
const MOST_VALUES = 1 << 24;

/**
 * The values of a column, row by row, with one page in memory: the library would read a whole row group, which may be larger than
 * the machine, and trusts lengths that a damaged file gets wrong. Null is `undefined`.
 * @throws Error in words on what is damaged or encoded in a way that is not read
 */
export async function* pageValues(read: Read, { meta, nullable, rows }: ColumnChunk): AsyncGenerator<ColumnValue> {
  const data = Number(meta.data_page_offset);
  const start = Math.min(data, Number(meta.dictionary_page_offset || data));
  const end = start + Number(meta.total_compressed_size);
  const most = Math.min(MOST_PAGE, Number(meta.total_uncompressed_size));
  let dictionary: readonly ColumnValue[] = [];
  let at = start;
  let given = 0;
  while (at < end && given < rows) {
    const { header, size } = await headerAt(read, at, end);
    const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header;
    at += size;
    if (!(packed >= 0 && packed <= end - at && packed <= MOST_PAGE && unpacked >= 0 && unpacked <= most)) {
      throw new Error(`a page has ${packed} bytes, unpacked ${unpacked}, of which at most ${most} are read`);
    }
    const page = await read(at, at + packed);
    if (page.length < packed) throw new Error('the file ends in a page');
    at += packed;
    if (header.type === 'DICTIONARY_PAGE') {
      const count = countOf(header.dictionary_page_header?.num_values);
      dictionary = [...plainValues(meta.type, unpackedPage(page, unpacked, meta.codec), count)];
    } else if (header.type === 'DATA_PAGE' || header.type === 'DATA_PAGE_V2') {
      for (const value of rowsOfPage(header, page, meta, nullable, dictionary)) {
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

/** A page's values at the rows that have one. */
function* rowsOfPage(
  header: Header,
  page: Buffer,
  { type, codec }: ColumnMetaData,
  nullable: number,
  dictionary: readonly ColumnValue[],
): Generator<ColumnValue> {
  const { encoding, levels, bytes } = partsOfPage(header, page, codec, nullable);
  const count = levels.reduce((sum, level) => sum + Number(level === nullable), 0);
  const values = valuesOf({ type, encoding, bytes, count, dictionary });
  for (const level of levels) yield level === nullable ? values.next().value : undefined;
}

interface PageParts {
  readonly encoding: string;
  /** Of each row: `nullable` where it has a value. */
  readonly levels: Uint32Array;
  readonly bytes: Buffer;
}

function partsOfPage(header: Header, page: Buffer, codec: ColumnMetaData['codec'], nullable: number): PageParts {
  const width = nullable === 0 ? 0 : 32 - Math.clz32(nullable);
  const [v1, v2] = [header.data_page_header, header.data_page_header_v2];
  const info = v2 ?? v1;
  if (info === undefined) throw new Error('a page of no known version');
  const { encoding } = info;
  const count = countOf(info.num_values);
  if (v2 !== undefined) {
    const { repetition_levels_byte_length: repeated, definition_levels_byte_length: defined } = v2;
    const length = repeated + defined;
    if (!(repeated >= 0 && defined >= 0 && length <= page.length)) throw new Error(LEVELS);
    const body = page.subarray(length);
    const unpacked = header.uncompressed_page_size - length;
    const bytes = v2.is_compressed === false ? body : unpackedPage(body, unpacked, codec);
    return { encoding, levels: runLengths(page.subarray(repeated, length), width, count), bytes };
  }
  const whole = unpackedPage(page, header.uncompressed_page_size, codec);
  if (width === 0) return { encoding, levels: new Uint32Array(count), bytes: whole };
  const length = whole.length < 4 ? -1 : whole.readUInt32LE(0);
  if (length < 0 || length > whole.length - 4) throw new Error(LEVELS);
  const levels = runLengths(whole.subarray(4, 4 + length), width, count);
  return { encoding, levels, bytes: whole.subarray(4 + length) };
}

const LEVELS = 'the levels of a page are longer than the page';

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
