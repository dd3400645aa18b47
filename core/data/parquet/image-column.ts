import type { SchemaTree } from 'hyparquet';
import { columnAt, type ParquetColumn } from './parquet-file.ts';

/** Names of image columns, the likeliest first: Hugging Face calls it image, img2dataset after the encoding. */
const NAMES = [
  ...['image', 'img', 'images', 'jpg', 'jpeg', 'png', 'webp', 'image_bytes'],
  ...['bytes', 'picture', 'photo', 'face', 'content'],
];

/**
 * The likeliest of the columns that are bytes, as img2dataset writes them, or structs of bytes and a path, as Hugging Face does.
 * @returns where the images are, or why there are none, to follow the file's name
 * @see https://huggingface.co/docs/datasets/image_dataset#parquet
 */
export function imageColumnOf(columns: readonly SchemaTree[]): ParquetColumn | { readonly missing: string } {
  const found = new Map(
    columns.flatMap((column) => {
      const leaf =
        column.children.length === 0 ? column : column.children.find(({ element }) => element.name === 'bytes');
      const place = leaf && holdsBytes(leaf) ? columnAt(leaf === column ? [column] : [column, leaf]) : undefined;
      return place === undefined ? [] : [[column.element.name, place] as const];
    }),
  );
  const best = NAMES.find((name) => found.has(name)) ?? (found.size === 1 ? [...found.keys()][0] : undefined);
  if (best !== undefined) return found.get(best)!;
  const names = columns.map(({ element: { name } }) => name).join(', ');
  const why = found.size === 0 ? 'holds bytes' : `is called ${NAMES.slice(0, 6).join(', ')}, and several hold bytes`;
  return { missing: `has no column of images: of ${names} none ${why}` };
}

/** Bytes that are no text. */
function holdsBytes({ element }: SchemaTree): boolean {
  return element.type === 'BYTE_ARRAY' && element.converted_type === undefined && element.logical_type === undefined;
}
