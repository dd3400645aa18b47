import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { z } from 'zod';
import { DataError } from '../errors.ts';
import { hubFeatures, type ParquetType, schemaOf } from './parquet-columns.ts';

/** A column: every row has a value of its type. */
export interface ParquetColumn<Field extends string = string> {
  readonly field: Field;
  /** @default the field's */
  readonly name?: string;
  readonly type: ParquetType;
  /** Written instead of the field's value, which counts them. */
  readonly words?: readonly string[];
}

export interface ParquetOptions {
  /**
   * Names of what `LABEL` counts. With them the file tells libraries that know Hugging Face's metadata what its columns are, which
   * they believe of nullable columns alone.
   */
  readonly classes?: readonly string[] | undefined;
}

/** A file of images is looked at row by row: a reader should not have to fetch thousands of them for one. */
const IMAGES_A_GROUP = 100;

/**
 * Records as one Parquet file (Snappy). Equal rows give equal bytes.
 * @param columns - in the order they shall have; other fields of a row are left out
 */
export const encodeParquet = <Row extends Readonly<Record<string, unknown>>>(
  columns: readonly ParquetColumn<Extract<keyof Row, string>>[],
  rows: readonly Row[],
  { classes }: ParquetOptions = {},
): Buffer => {
  const named = columns.map(({ field, name = field, ...column }) => ({ field, name, ...column }));
  return Buffer.from(
    parquetWriteBuffer({
      schema: schemaOf(named, classes === undefined ? 'REQUIRED' : 'OPTIONAL'),
      columnData: named.map(({ field, name, type, words }) => ({
        name,
        data: rows.map((row) => {
          const value = words === undefined ? row[field] : words[row[field] as number];
          return type === 'LABEL' ? BigInt(value as number) : value;
        }),
        // Encoded images neither shrink nor repeat.
        ...(type === 'IMAGE' && { codec: 'UNCOMPRESSED', encoding: 'PLAIN', statistics: false }),
      })),
      ...(named.some(({ type }) => type === 'IMAGE') && { rowGroupSize: IMAGES_A_GROUP }),
      ...(classes !== undefined && {
        kvMetadata: [
          { key: 'huggingface', value: JSON.stringify({ info: { features: hubFeatures(named, classes) } }) },
        ],
      }),
    }),
  );
};

/**
 * Reads the rows of a Parquet file and checks each with a schema.
 * @throws DataError on a file that is cut or none, or on a row unlike the schema, with the row's number
 */
export const decodeParquet = async <T>(bytes: Uint8Array, schema: z.ZodType<T>): Promise<T[]> => {
  // The reader slices an ArrayBuffer; a Buffer may be a window into a larger one.
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const rows = await parquetReadObjects({ file, utf8: false }).catch((cause: unknown) => {
    throw new DataError(`Not a readable Parquet file of ${bytes.byteLength} bytes.`, { cause });
  });
  return rows.map((row, index) => {
    const parsed = schema.safeParse(row);
    if (parsed.success) return parsed.data;
    const fault = parsed.error.issues[0]!;
    throw new DataError(`Row ${index} of a Parquet file: ${fault.path.join('.')}: ${fault.message}.`, {
      cause: parsed.error,
    });
  });
};
