import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetSchema, type SchemaTree } from 'hyparquet';
import { DataError } from '../../errors.ts';
import { randomAccess } from '../../store/blocks.ts';
import type { Store } from '../../store/store.ts';
import { uriOf } from '../../store/uri.ts';
import { pageValues } from './column-pages.ts';
import type { ColumnValue } from './page-values.ts';

/** A Parquet file of a store: its footer was read, and ranges are as they are asked for. */
export interface ParquetFile {
  readonly read: ReturnType<typeof randomAccess>;
  /** The same as the library wants it, which trusts what a file says: for files of our own. */
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  /** The columns, each with what is in it where it is a struct or a list. */
  readonly columns: readonly SchemaTree[];
}

/** A column with one value, or none, in each row. */
export interface ParquetColumn {
  readonly path: readonly string[];
  /** How many parts of that path may be null. */
  readonly nullable: number;
}

/** A longer footer describes more row groups and columns than any set of images has. */
const MOST_FOOTER = 64 * 1024 * 1024;

/**
 * Opens a Parquet file by its footer.
 * @throws DataError where there is no such file; an Error in words, or the library's, on one that is none
 */
export async function openParquet(store: Store, key: string): Promise<ParquetFile> {
  const size = await store.size(key);
  if (size === undefined) throw new DataError(`There is no ${uriOf(store.root, key)}.`);
  const read = randomAccess(store, key, size);
  const slice = async (from: number, to = size): Promise<ArrayBuffer> => arrayOf(await read(from, to));
  const footer = async (from: number, to = size): Promise<ArrayBuffer> => {
    if (to - from > MOST_FOOTER) throw new Error(`its footer has more than ${MOST_FOOTER} bytes`);
    return slice(from, to);
  };
  const metadata = await parquetMetadataAsync({ byteLength: size, slice: footer });
  const rows = metadata.row_groups.reduce((sum, { num_rows: some }) => sum + Number(some), 0);
  if (rows !== Number(metadata.num_rows)) {
    throw new Error(`its footer counts ${metadata.num_rows} rows, and its row groups have ${rows}`);
  }
  return { read, file: { byteLength: size, slice }, metadata, columns: parquetSchema(metadata).children };
}

/** The column at a path of the schema; `undefined` where a part of it repeats, or its end is no value. */
export function columnAt(path: readonly SchemaTree[]): ParquetColumn | undefined {
  const leaf = path.at(-1);
  if (leaf?.element.type === undefined || path.some(({ element }) => element.repetition_type === 'REPEATED')) {
    return undefined;
  }
  return {
    path: path.map(({ element }) => element.name),
    nullable: path.filter(({ element }) => element.repetition_type === 'OPTIONAL').length,
  };
}

/**
 * The rows of a row group with the values of some columns, in their order; a page of each is in memory.
 * @throws Error in words on data that is damaged or encoded in a way that is not read
 */
export async function* rowsOf(
  { read, metadata }: ParquetFile,
  group: number,
  columns: readonly ParquetColumn[],
): AsyncGenerator<readonly ColumnValue[]> {
  const { num_rows: rows, columns: chunks } = metadata.row_groups[group]!;
  const values = columns.map(({ path, nullable }) => {
    const name = path.join('.');
    const meta = chunks.find(({ meta_data }) => meta_data?.path_in_schema.join('.') === name)?.meta_data;
    if (meta === undefined) throw new Error(`has no column ${name}`);
    return pageValues(read, { meta, nullable, rows: Number(rows) });
  });
  for (let row = 0; row < rows; row++) {
    const cells: ColumnValue[] = [];
    for (const column of values) cells.push((await column.next()).value as ColumnValue);
    yield cells;
  }
}

/** The library reads whole ArrayBuffers; a Buffer may be a window into a larger one. */
function arrayOf(bytes: Buffer): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
