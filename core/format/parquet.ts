import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { z } from 'zod';
import { DataError } from '../errors.ts';

/** A required column: every row has a value of its type. */
export interface ParquetColumn<Field extends string = string> {
  readonly field: Field;
  /** @default the field's */
  readonly name?: string;
  readonly type: 'STRING' | 'INT32' | 'DOUBLE';
}

/**
 * Records as one Parquet file (Snappy). Equal rows give equal bytes.
 * @param columns - in the order they shall have; other fields of a row are left out
 */
export const encodeParquet = <Row extends Readonly<Record<string, unknown>>>(
  columns: readonly ParquetColumn<Extract<keyof Row, string>>[],
  rows: readonly Row[],
): Buffer =>
  Buffer.from(
    parquetWriteBuffer({
      columnData: columns.map(({ field, name = field, type }) => ({
        name,
        type,
        nullable: false,
        data: rows.map((row) => row[field]),
      })),
    }),
  );

/**
 * Reads the rows of a Parquet file and checks each with a schema.
 * @throws DataError on a file that is cut or none, or on a row unlike the schema, with the row's number
 */
export const decodeParquet = async <T>(bytes: Uint8Array, schema: z.ZodType<T>): Promise<T[]> => {
  // The reader slices an ArrayBuffer; a Buffer may be a window into a larger one.
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const rows = await parquetReadObjects({ file }).catch((cause: unknown) => {
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
