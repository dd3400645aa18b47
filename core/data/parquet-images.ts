import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { DataError, messageOf, OmnidistillError, ShardUnreadableError } from '../errors.ts';
import { randomAccess } from '../store/blocks.ts';
import type { Store } from '../store/store.ts';
import { uriOf } from '../store/uri.ts';

/** A Parquet file whose rows hold images. */
export interface ImageTable {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  /** The column of the images, or why there is none. */
  readonly column: { readonly name: string } | { readonly missing: string };
}

/** A row's image. */
export interface ImageRow {
  /** In the file. */
  readonly row: number;
  readonly bytes: Buffer | undefined;
  /** Where the row says so. */
  readonly path: string | undefined;
}

/** Names of image columns, the likeliest first: Hugging Face calls it image, img2dataset after the encoding. */
const NAMES = [
  'image',
  'img',
  'jpg',
  'jpeg',
  'png',
  'webp',
  'image_bytes',
  'bytes',
  'picture',
  'photo',
  'face',
  'content',
];

/** Bytes of a row group's images that are read at once: the memory that a job may spend on it. */
const MOST_GROUP_BYTES = 1024 * 1024 * 1024;

/**
 * Opens a Parquet file by its footer.
 * @throws ShardUnreadableError on a file that is cut or none, DataError where it is gone
 */
export const openImageTable = async (store: Store, key: string): Promise<ImageTable> => {
  const size = await store.size(key);
  const uri = uriOf(store.root, key);
  if (size === undefined) throw new DataError(`There is no ${uri}.`);
  const read = randomAccess(store, key, size);
  const file: AsyncBuffer = { byteLength: size, slice: async (from, to = size) => arrayOf(await read(from, to)) };
  try {
    const metadata = await parquetMetadataAsync(file);
    return { file, metadata, column: imageColumnOf(parquetSchema(metadata)) };
  } catch (error) {
    if (error instanceof OmnidistillError) throw error;
    const reason = `is no whole Parquet file (${messageOf(error)})`;
    throw new ShardUnreadableError(uri, 0, { cause: error, reason });
  }
};

/**
 * The images of one row group, which is the least that can be read.
 * @param first - number of its first row
 * @throws Error in words on data that cannot be unpacked
 */
export async function* imagesOfGroup(table: ImageTable, group: number, first: number): AsyncGenerator<ImageRow> {
  const { file, metadata, column } = table;
  if ('missing' in column) throw new Error(column.missing);
  const { num_rows: rows, columns } = metadata.row_groups[group]!;
  const bytes = columns
    .filter(({ meta_data: meta }) => meta?.path_in_schema[0] === column.name)
    .reduce((sum, { meta_data: meta }) => sum + Number(meta?.total_uncompressed_size ?? 0), 0);
  if (bytes > MOST_GROUP_BYTES) {
    throw new Error(`its row group ${group} has ${bytes} bytes of images; write it with smaller row groups`);
  }
  const range = { rowStart: first, rowEnd: first + Number(rows) };
  const found = await parquetReadObjects({
    file,
    metadata,
    columns: [column.name],
    compressors,
    utf8: false,
    ...range,
  });
  for (const [index, record] of found.entries()) {
    const value: unknown = record[column.name];
    yield {
      row: first + index,
      ...(value instanceof Uint8Array ? { bytes: bufferOf(value), path: undefined } : fieldsOf(value)),
    };
  }
}

function fieldsOf(value: unknown): Pick<ImageRow, 'bytes' | 'path'> {
  const { bytes, path } = (value ?? {}) as { readonly bytes?: unknown; readonly path?: unknown };
  return {
    bytes: bytes instanceof Uint8Array ? bufferOf(bytes) : undefined,
    path: path instanceof Uint8Array ? bufferOf(path).toString() : typeof path === 'string' ? path : undefined,
  };
}

/** The likeliest of the columns that are bytes, or structs of bytes and a path. */
function imageColumnOf({ children }: SchemaTree): ImageTable['column'] {
  const found = children.filter(isImageColumn).map(({ element: { name } }) => name);
  const best = NAMES.find((name) => found.includes(name)) ?? (found.length === 1 ? found[0] : undefined);
  if (best !== undefined) return { name: best };
  const columns = children.map(({ element: { name } }) => name).join(', ');
  const why = found.length === 0 ? 'holds bytes' : `is called ${NAMES.slice(0, 6).join(', ')}, and several hold bytes`;
  return { missing: `has no column of images: of ${columns} none ${why}` };
}

function isImageColumn({ element, children }: SchemaTree): boolean {
  if (children.length > 0) {
    return (
      element.repetition_type !== 'REPEATED' &&
      children.some((child) => child.element.name === 'bytes' && isBytes(child))
    );
  }
  return isBytes({ element });
}

function isBytes({ element }: Pick<SchemaTree, 'element'>): boolean {
  const isText = element.converted_type !== undefined || element.logical_type !== undefined;
  return element.type === 'BYTE_ARRAY' && !isText && element.repetition_type !== 'REPEATED';
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The library reads whole ArrayBuffers; a Buffer may be a window into a larger one. */
function arrayOf(bytes: Buffer): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
