import { type FileMetaData, parquetReadObjects, parquetSchema, type SchemaTree } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { DataError, messageOf, OmnidistillError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { classLabelsOf } from './class-labels.ts';
import { holdsBytes, openParquet } from './parquet-file.ts';

/** A Parquet file with a column of images: its footer is read and nothing else. */
export interface ParquetRows {
  readonly rowCount: number;
  /** The column that holds the images. */
  readonly imageColumn: string;
  readonly columns: readonly string[];
  /** By column: the names of a Hugging Face `ClassLabel`, by number. */
  readonly classLabels: ReadonlyMap<string, readonly string[]>;
  /** Row groups, which are read one at a time. */
  readonly groupCount: number;
  /**
   * Rows of some columns, a row group at a time and a few requests each.
   * @param groups - by their numbers; by default all
   * @throws DataError on a row group that is too large to be held, or damaged
   */
  rows(columns: readonly string[], groups?: Iterable<number>): AsyncGenerator<ParquetRow>;
}

export interface ParquetRow {
  /** From 1, over the whole file. */
  readonly row: number;
  readonly values: Readonly<Record<string, unknown>>;
}

/** An image as a cell holds it. */
export interface ImageCell {
  /** `undefined` where the cell is empty or has nothing but a path. */
  readonly bytes: Buffer | undefined;
  /** The name of the file that it once was. */
  readonly path: string | undefined;
}

/** A row group of images is held whole: writers of image sets give one 100 to 1,000 rows. */
const MOST_GROUP_BYTES = 512 * 1024 * 1024;

/** What a column of images is called where several hold bytes. */
const IMAGE_NAMES = ['image', 'img', 'images', 'jpg', 'jpeg', 'png', 'webp', 'bytes', 'picture', 'image_bytes'];

/**
 * Opens a Parquet file whose images lie in a column: a struct of `bytes` and `path`, as Hugging Face datasets write it, or
 * plain bytes.
 * @throws DataError on a file that is no Parquet, or has no column of images or several that may be it
 * @see https://huggingface.co/docs/datasets/image_dataset#parquet
 */
export async function openParquetRows(store: Store, key: string): Promise<ParquetRows> {
  const place = `${store.root}/${key}`;
  const { file, metadata } = await reading(place, () => openParquet(store, key));
  const columns = parquetSchema(metadata).children;
  const imageColumn = imageColumnOf(columns, place);
  const starts = [0];
  for (const { num_rows: rows } of metadata.row_groups) starts.push(starts.at(-1)! + Number(rows));
  return {
    rowCount: Number(metadata.num_rows),
    imageColumn,
    columns: columns.map(({ element }) => element.name),
    classLabels: classLabelsOf(metadata.key_value_metadata?.find((pair) => pair.key === 'huggingface')?.value),
    groupCount: metadata.row_groups.length,
    async *rows(wanted, groups = metadata.row_groups.keys()) {
      for (const group of groups) {
        checkSize(metadata, group, wanted, place);
        const [rowStart, rowEnd] = [starts[group]!, starts[group + 1]!];
        const options = {
          file,
          metadata,
          columns: [...wanted],
          rowStart,
          rowEnd,
          utf8: false,
          compressors,
        };
        const rows = await reading(place, () => parquetReadObjects(options));
        for (const [i, values] of rows.entries()) yield { row: rowStart + i + 1, values };
      }
    },
  };
}

/** What a cell of the column of images holds. */
export function imageCell(value: unknown): ImageCell {
  if (value instanceof Uint8Array) return { bytes: bufferOf(value), path: undefined };
  const { bytes, path } = (value ?? {}) as { readonly bytes?: unknown; readonly path?: unknown };
  return {
    bytes: bytes instanceof Uint8Array ? bufferOf(bytes) : undefined,
    path: typeof path === 'string' && path !== '' ? path : undefined,
  };
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

async function reading<T>(place: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof OmnidistillError) throw error;
    throw new DataError(`${place} is not a readable Parquet file: ${messageOf(error)}.`, { cause: error });
  }
}

function imageColumnOf(columns: readonly SchemaTree[], place: string): string {
  const named = columns.filter((column) => isStructOfBytes(column) || holdsBytes(column));
  const names = named.map(({ element }) => element.name);
  const known = IMAGE_NAMES.find((name) => names.includes(name));
  if (known !== undefined) return known;
  if (names.length === 1) return names[0]!;
  const found = columns.map(({ element }) => element.name).join(', ');
  throw new DataError(
    names.length === 0
      ? `${place} has the columns ${found}; none of them holds images (bytes, or a struct of bytes and path).`
      : `${place} has several columns of bytes (${names.join(', ')}). Call the one that holds the images "image".`,
  );
}

function isStructOfBytes({ children }: SchemaTree): boolean {
  return children.some((child) => child.element.name === 'bytes' && holdsBytes(child));
}

function checkSize(metadata: FileMetaData, group: number, wanted: readonly string[], place: string): void {
  const parts = metadata.row_groups[group]!.columns.flatMap(({ meta_data: part }) =>
    part !== undefined && wanted.includes(part.path_in_schema[0]!) ? [Number(part.total_uncompressed_size)] : [],
  );
  const bytes = parts.reduce((sum, part) => sum + part, 0);
  if (bytes <= MOST_GROUP_BYTES) return;
  throw new DataError(
    `${place}: row group ${group} holds ${bytes} bytes, which is more than is read at once (${MOST_GROUP_BYTES}). Write it anew ` +
      'with smaller row groups (pyarrow: row_group_size=100).',
  );
}
