import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, type SchemaTree } from 'hyparquet';
import { DataError } from '../errors.ts';
import { randomAccess } from '../store/blocks.ts';
import type { Store } from '../store/store.ts';
import { uriOf } from '../store/uri.ts';

/** A Parquet file of a store, of which ranges are read as they are asked for. */
export interface ParquetFile {
  readonly read: ReturnType<typeof randomAccess>;
  /** The same as the library wants it. */
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
}

/**
 * Opens a Parquet file by its footer.
 * @throws DataError where there is no such file; what the library throws on one that is none
 */
export const openParquet = async (store: Store, key: string): Promise<ParquetFile> => {
  const size = await store.size(key);
  if (size === undefined) throw new DataError(`There is no ${uriOf(store.root, key)}.`);
  const read = randomAccess(store, key, size);
  const file: AsyncBuffer = { byteLength: size, slice: async (from, to = size) => arrayOf(await read(from, to)) };
  return { read, file, metadata: await parquetMetadataAsync(file) };
};

/** Whether a column holds bytes that are no text. */
export const holdsBytes = ({ element }: SchemaTree): boolean =>
  element.type === 'BYTE_ARRAY' && element.converted_type === undefined && element.logical_type === undefined;

/** The library reads whole ArrayBuffers; a Buffer may be a window into a larger one. */
function arrayOf(bytes: Buffer): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
