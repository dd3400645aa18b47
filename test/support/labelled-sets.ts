import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { greyPng, tarOf } from './images.ts';

/** Files by their paths. */
export type Files = Record<string, Buffer | string>;

/** Images of one colour depth and size that all differ, by their paths. */
export const images = async (paths: readonly string[]): Promise<Files> =>
  Object.fromEntries(await Promise.all(paths.map(async (path, i) => [path, await greyPng(i + 1)] as const)));

/** `pixels` of a row of fer2013.csv. */
export const pixelText = (seed: number, side = 48): string =>
  Array.from({ length: side * side }, (_, i) => (i * 37 + seed * 101) % 256).join(' ');

/** A CSV like fer2013.csv. @param rows - what stands before and behind the pixels of each row */
export const ferCsvOf = (
  header: string,
  rows: readonly (readonly [emotion: string, usage?: string])[],
  side = 48,
): string =>
  [
    header,
    ...rows.map(([emotion, usage], i) =>
      [emotion, pixelText(i, side), ...(usage === undefined ? [] : [usage])].join(','),
    ),
  ].join('\n');

/** The footer that Hugging Face datasets write for a column of labels. */
const footer = (names: readonly string[]): { key: string; value: string }[] => [
  {
    key: 'huggingface',
    value: JSON.stringify({ info: { features: { image: { _type: 'Image' }, label: { names, _type: 'ClassLabel' } } } }),
  },
];

/** Nullable columns, as pyarrow writes them: a struct of bytes and path, and a label. */
const SCHEMA: SchemaElement[] = [
  { name: 'schema', num_children: 2 },
  { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
  { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
  { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
];

/** A Parquet file as Hugging Face datasets write it. */
export const hugParquet = async (
  labels: readonly number[],
  names: readonly string[],
  { rowGroupSize = 1000, seed = 0 } = {},
): Promise<Buffer> => {
  const pictures = await Promise.all(labels.map((_, i) => greyPng(seed + i + 1)));
  return Buffer.from(
    parquetWriteBuffer({
      schema: SCHEMA,
      columnData: [
        { name: 'image', data: pictures.map((bytes, i) => ({ bytes: new Uint8Array(bytes), path: `${i}.png` })) },
        { name: 'label', data: labels.map(BigInt) },
      ],
      kvMetadata: footer(names),
      rowGroupSize,
    }),
  );
};

/** A Parquet file of plain bytes and whatever columns. */
export const plainParquet = async (columns: Readonly<Record<string, readonly string[]>>): Promise<Buffer> => {
  const [first = []] = Object.values(columns);
  const pictures = await Promise.all(first.map((_, i) => greyPng(i + 1)));
  return Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: 'image', data: pictures.map((bytes) => new Uint8Array(bytes)), type: 'BYTE_ARRAY' },
        ...Object.entries(columns).map(([name, data]) => ({ name, data: [...data], type: 'STRING' as const })),
      ],
    }),
  );
};

/** A tar of samples: an image and other members of the same key each. */
export const sampleTar = async (
  samples: readonly (readonly [key: string, others: Readonly<Record<string, string>>])[],
): Promise<Buffer> => {
  const members: [string, Buffer | string][] = [];
  for (const [i, [key, others]] of samples.entries()) {
    members.push([`${key}.png`, await greyPng(i + 1)]);
    for (const [field, text] of Object.entries(others)) members.push([`${key}.${field}`, text]);
  }
  return tarOf(members);
};
