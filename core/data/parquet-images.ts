import { parquetSchema, type SchemaTree } from 'hyparquet';
import { messageOf, OmnidistillError, ShardUnreadableError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { uriOf } from '../store/uri.ts';
import { holdsBytes, openParquet, type ParquetFile } from './parquet-file.ts';
import { bytesOf } from './parquet-pages.ts';

/** A Parquet file whose rows hold images. */
export interface ImageTable extends Pick<ParquetFile, 'read' | 'metadata'> {
  /** Where the images are, and how many parts of that path may be null; or why there are none. */
  readonly column: { readonly path: readonly string[]; readonly nullable: number } | { readonly missing: string };
}

/** A row's image. */
export interface ImageRow {
  /** In the file, counted from 0. */
  readonly row: number;
  /** `undefined` where the row has none. */
  readonly bytes: Buffer | undefined;
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

/**
 * Opens a Parquet file by its footer.
 * @throws ShardUnreadableError on a file that is cut or none, DataError where it is gone
 */
export const openImageTable = async (store: Store, key: string): Promise<ImageTable> => {
  try {
    const { read, metadata } = await openParquet(store, key);
    return { read, metadata, column: imageColumnOf(parquetSchema(metadata)) };
  } catch (error) {
    if (error instanceof OmnidistillError) throw error;
    const reason = `is no whole Parquet file (${messageOf(error)})`;
    throw new ShardUnreadableError(uriOf(store.root, key), 0, { cause: error, reason });
  }
};

/**
 * The images of one row group in the order of its rows.
 * @param first - number of its first row
 * @throws Error in words on data that is damaged or packed in a way that is not read
 */
export async function* imagesOfGroup(table: ImageTable, group: number, first: number): AsyncGenerator<ImageRow> {
  const { read, metadata, column } = table;
  if ('missing' in column) throw new Error(column.missing);
  const { num_rows: rows, columns } = metadata.row_groups[group]!;
  const meta = columns.find(
    ({ meta_data }) => meta_data?.path_in_schema.join('.') === column.path.join('.'),
  )?.meta_data;
  if (meta === undefined) throw new Error(`has no column ${column.path.join('.')}`);
  let row = first;
  for await (const bytes of bytesOf(read, { meta, nullable: column.nullable, rows: Number(rows) })) {
    yield { row: row++, bytes };
  }
}

/** The likeliest of the columns that are bytes, or structs of bytes and a path. */
function imageColumnOf({ children }: SchemaTree): ImageTable['column'] {
  const found = new Map(
    children.flatMap((column) => {
      const { name } = column.element;
      const leaf = column.children.find((child) => child.element.name === 'bytes');
      const path = column.children.length === 0 ? [column] : leaf === undefined ? [] : [column, leaf];
      return isBytesPath(path) ? [[name, columnAt(path)] as const] : [];
    }),
  );
  const best = NAMES.find((name) => found.has(name)) ?? (found.size === 1 ? [...found.keys()][0] : undefined);
  if (best !== undefined) return found.get(best)!;
  const columns = children.map(({ element: { name } }) => name).join(', ');
  const why = found.size === 0 ? 'holds bytes' : `is called ${NAMES.slice(0, 6).join(', ')}, and several hold bytes`;
  return { missing: `has no column of images: of ${columns} none ${why}` };
}

function isBytesPath(path: readonly SchemaTree[]): boolean {
  const leaf = path.at(-1);
  return leaf !== undefined && holdsBytes(leaf) && path.every((part) => part.element.repetition_type !== 'REPEATED');
}

function columnAt(path: readonly SchemaTree[]): Extract<ImageTable['column'], { path: unknown }> {
  return {
    path: path.map(({ element }) => element.name),
    nullable: path.filter(({ element }) => element.repetition_type === 'OPTIONAL').length,
  };
}
