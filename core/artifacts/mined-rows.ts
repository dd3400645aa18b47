import { parquetReadObjects } from 'hyparquet';
import { z } from 'zod';
import { MinedRow } from '../contracts/mined.ts';
import { openParquet, type ParquetFile } from '../data/parquet/parquet-file.ts';
import { DataError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { minedFile, StoredMinedRow } from './mined.ts';

/** What of the mined set fits into memory however large it is, by rank. */
export interface MinedColumns {
  readonly labels: Int32Array;
  readonly probabilities: Float64Array;
  readonly weights: Float64Array;
}

const Told = MinedRow.pick({ key: true, weight: true }).extend({ label: z.coerce.number().int() });

/** Numbers of a mined set, 20 bytes an image. @throws DataError where there is none, or something else */
export async function readMinedColumns(store: Store, runId: string, round: number): Promise<MinedColumns> {
  const parquet = await open(store, runId, round);
  const count = Number(parquet.metadata.num_rows);
  const columns = {
    labels: new Int32Array(count),
    probabilities: new Float64Array(count),
    weights: new Float64Array(count),
  };
  const Numbers = z.object({ label: z.coerce.number().int(), probability: z.number(), weight: z.number() });
  for await (const { first, rows } of groupsOf(parquet, ['label', 'probability', 'weight'])) {
    for (const [i, row] of rows.entries()) {
      const { label, probability, weight } = checked(Numbers, row, first + i);
      columns.labels[first + i] = label;
      columns.probabilities[first + i] = probability;
      columns.weights[first + i] = weight;
    }
  }
  return columns;
}

/** What an audit has to know of each mined image, one after the other. @throws DataError as `readMinedColumns` does */
export async function* eachMined(store: Store, runId: string, round: number): AsyncGenerator<z.infer<typeof Told>> {
  const parquet = await open(store, runId, round);
  for await (const { first, rows } of groupsOf(parquet, ['key', 'label', 'weight'])) {
    for (const [i, row] of rows.entries()) yield checked(Told, row, first + i);
  }
}

/**
 * Some mined images. Only row groups that hold any of them are read, one at a time.
 * @param ranks - in any order
 * @returns in the order of `ranks`
 * @throws DataError as `readMinedColumns` does
 */
export async function readMinedRows(
  store: Store,
  runId: string,
  round: number,
  ranks: readonly number[],
): Promise<MinedRow[]> {
  const parquet = await open(store, runId, round);
  const wanted = new Set(ranks);
  const found = new Map<number, MinedRow>();
  const holdsAny = (from: number, to: number): boolean => ranks.some((rank) => rank >= from && rank < to);
  for await (const { first, rows } of groupsOf(parquet, undefined, holdsAny)) {
    for (const [i, row] of rows.entries()) {
      if (wanted.has(first + i)) found.set(first + i, checked(StoredMinedRow, row, first + i));
    }
  }
  return ranks.map((rank) => found.get(rank)!);
}

/** Rows that are held at once: some 20 MB. */
const MOST_ROWS = 100_000;

/**
 * The mined set shard by shard, each with its rows by rank, however large it is: the file is read as often as its rows fit.
 * @param most - rows that are held at once, or those of a single shard where it has more
 * @throws DataError as `readMinedColumns` does
 */
export async function* minedByShard(
  store: Store,
  runId: string,
  round: number,
  most = MOST_ROWS,
): AsyncGenerator<readonly [shard: number, rows: readonly MinedRow[]]> {
  const parquet = await open(store, runId, round);
  const counts = new Map<number, number>();
  for await (const { first, rows } of groupsOf(parquet, ['shard'])) {
    for (const [i, row] of rows.entries()) {
      const { shard } = checked(z.object({ shard: z.number().int() }), row, first + i);
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }
  }
  for (const together of grouped(counts, most)) {
    const found = new Map<number, MinedRow[]>(together.map((shard) => [shard, []]));
    for await (const { first, rows } of groupsOf(parquet, undefined)) {
      for (const [i, row] of rows.entries()) {
        found.get(row.shard as number)?.push(checked(StoredMinedRow, row, first + i));
      }
    }
    yield* found;
  }
}

/** Shards in their order, in groups that have so many rows at most. */
function grouped(counts: ReadonlyMap<number, number>, most: number): number[][] {
  const groups: number[][] = [];
  let rows = Number.POSITIVE_INFINITY;
  for (const [shard, count] of [...counts].sort(([one], [other]) => one - other)) {
    rows += count;
    if (rows > most) {
      groups.push([]);
      rows = count;
    }
    groups.at(-1)!.push(shard);
  }
  return groups;
}

interface RowGroup {
  /** Rank of its first row: a mined set lies in the order of its ranks. */
  readonly first: number;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

async function open(store: Store, runId: string, round: number): Promise<ParquetFile> {
  const { key } = minedFile(runId, round);
  try {
    return await openParquet(store, key);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(`${store.root}/${key} is not a readable Parquet file.`, { cause });
  }
}

async function* groupsOf(
  { file, metadata }: ParquetFile,
  columns: string[] | undefined,
  wanted: (from: number, to: number) => boolean = () => true,
): AsyncGenerator<RowGroup> {
  let rowStart = 0;
  for (const { num_rows: length } of metadata.row_groups) {
    const rowEnd = rowStart + Number(length);
    if (wanted(rowStart, rowEnd)) {
      const rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd, ...(columns && { columns }) });
      yield { first: rowStart, rows };
    }
    rowStart = rowEnd;
  }
}

function checked<T>(schema: z.ZodType<T>, row: unknown, rank: number): T {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  const fault = parsed.error.issues[0]!;
  throw new DataError(`Row ${rank} of the mined set: ${fault.path.join('.')}: ${fault.message}.`, {
    cause: parsed.error,
  });
}
