import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { z } from 'zod';
import { Candidate, MinedRow } from '../contracts/mined.ts';
import { MINING_SCORE_NAMES, type MiningScore } from '../contracts/mining-scores.ts';
import { Rejection } from '../contracts/stats.ts';
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

/** A file says what it was mined by: the column of the score is named after it. */
const candidateColumns = (score: MiningScore): readonly ParquetColumn<keyof Candidate>[] => [
  { field: 'key', type: 'STRING' },
  { field: 'shard', type: 'INT32' },
  { field: 'row', type: 'INT32' },
  { field: 'sha256', type: 'STRING' },
  { field: 'label', type: 'INT32' },
  { field: 'score', name: score, type: 'DOUBLE' },
  { field: 'probability', type: 'DOUBLE' },
];

const minedColumns = (score: MiningScore): readonly ParquetColumn<keyof MinedRow>[] => [
  ...candidateColumns(score),
  { field: 'rank', type: 'INT32' },
];

/** The same rows, whichever score they name. */
const anyScore = <T>(row: z.ZodType<T>): z.ZodType<T> =>
  z.preprocess((columns) => {
    const fields = { ...(columns as Readonly<Record<string, unknown>>) };
    for (const name of MINING_SCORE_NAMES) {
      if (!(name in fields)) continue;
      fields.score = fields[name];
      delete fields[name];
    }
    return fields;
  }, row);

const REJECTION: readonly ParquetColumn<keyof Rejection>[] = [
  { field: 'key', type: 'STRING' },
  { field: 'reason', type: 'STRING' },
  { field: 'detail', type: 'STRING' },
];

/** `candidates.parquet` */
export const encodeCandidates = (rows: readonly Candidate[], score: MiningScore): Buffer =>
  encodeParquet(candidateColumns(score), rows);
export const decodeCandidates = (bytes: Uint8Array): Promise<Candidate[]> => decodeParquet(bytes, anyScore(Candidate));

/** `mined.parquet` */
export const encodeMined = (rows: readonly MinedRow[], score: MiningScore): Buffer =>
  encodeParquet(minedColumns(score), rows);
export const decodeMined = (bytes: Uint8Array): Promise<MinedRow[]> => decodeParquet(bytes, anyScore(MinedRow));

/** `rejected.parquet` */
export const encodeRejections = (rows: readonly Rejection[]): Buffer => encodeParquet(REJECTION, rows);
export const decodeRejections = (bytes: Uint8Array): Promise<Rejection[]> => decodeParquet(bytes, Rejection);
