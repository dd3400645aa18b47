import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { ConfigError, DataError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { uriOf } from '../../store/uri.ts';
import { linesOf } from '../lines.ts';
import { greyValues } from '../pixel-text.ts';
import { type RawItem, rejectedItem } from '../raw-item.ts';
import type { PoolFormat } from './pool-format.ts';

/** Longer rows hold no image that a benchmark of faces has. */
const MOST_LINE = 1_000_000;
const MOST_SIDE = 512;

/** Picked rows that follow one another: where they lie, which row is the first, and by what they are picked. */
const Rows = z.strictObject({
  key: z.string().min(1),
  from: z.number().int().min(0),
  to: z.number().int().min(0),
  row: z.number().int().min(1),
  pixels: z.number().int().min(0),
  usage: z.number().int().min(0).nullable(),
  usages: z.array(z.string()).nullable(),
});
type Rows = z.infer<typeof Rows>;

/**
 * Rows of numbers like those of fer2013.csv, of which the labels are not looked at; a part is a range of rows. Only a URI that
 * names the file makes it a pool: `fer2013.csv#PublicTest`.
 */
export const ferRows: PoolFormat<Rows> = {
  name: 'fer-csv',
  about: 'a CSV like fer2013.csv, named itself (fer2013.csv#PublicTest,PrivateTest picks rows)',
  unit: 'parts of a CSV',
  holdsMany: true,
  namedOnly: true,
  matches: (key) => /\.csv$/i.test(key),
  part: Rows,
  async *partsOf(store, { key, named }, shardSize) {
    const uri = uriOf(store.root, key);
    const usages = named?.fragment?.split(',').map((usage) => usage.trim()) ?? null;
    const found = new Set<string>();
    let columns: Columns | undefined;
    let open: Rows | undefined;
    let [row, picked] = [0, 0];
    for await (const { offset, bytes } of linesOf(store, key, 0, Number.POSITIVE_INFINITY, MOST_LINE)) {
      row += 1;
      if (columns === undefined) {
        columns = columnsOf(fieldsOf(bytes) ?? [], uri);
        if (usages !== null && columns.usage === null) throw new ConfigError(`${uri} has no column Usage to pick by.`);
        continue;
      }
      // The pixels are not looked at: nearly all of the file is theirs.
      const usage = usageOf(bytes, columns);
      if (bytes?.length !== 0) found.add(usage);
      if (bytes?.length === 0 || (usages !== null && !usages.includes(usage))) continue;
      open ??= { key, from: offset, to: offset, row, usages, pixels: columns.pixels, usage: columns.usage };
      open.to = offset + 1;
      picked += 1;
      if (picked % shardSize === 0) {
        yield open;
        open = undefined;
      }
    }
    if (columns === undefined) throw new DataError(`${uri} is empty.`);
    if (open !== undefined) yield open;
    const missing = usages?.find((usage) => !found.has(usage));
    if (picked === 0 || missing !== undefined) {
      const names = [...found].map((usage) => `"${usage}"`).join(', ') || 'no row at all';
      throw new DataError(`No row of ${uri} has the Usage "${missing ?? ''}"; the column has ${names}.`);
    }
  },
  async *read(store, parts) {
    for (const part of parts) yield* imagesOf(store, part);
  },
};

async function* imagesOf(store: Store, { key, from, to, row, pixels, usage, usages }: Rows): AsyncGenerator<RawItem> {
  let number = row - 1;
  for await (const { bytes } of linesOf(store, key, from, to, MOST_LINE)) {
    number += 1;
    if (bytes?.length === 0) continue;
    const place = `${key}:row ${number}`;
    const fields = fieldsOf(bytes);
    if (usages !== null && !usages.includes(fields?.[usage ?? 0]?.trim() ?? '')) continue;
    const values = fields === undefined ? 'no row of a CSV' : valuesOf(fields[pixels] ?? '');
    if (typeof values === 'string') yield rejectedItem(place, 'bad-row', values);
    else yield { kind: 'grey', key: place, side: Math.sqrt(values.length), pixels: values };
  }
}

interface Columns {
  readonly pixels: number;
  readonly usage: number | null;
  readonly count: number;
}

function columnsOf(header: readonly string[], uri: string): Columns {
  const names = header.map((name) =>
    name
      .replace(/^\ufeff/, '')
      .trim()
      .toLowerCase(),
  );
  const [pixels, usage] = [names.indexOf('pixels'), names.indexOf('usage')];
  if (pixels >= 0) return { pixels, usage: usage < 0 ? null : usage, count: names.length };
  const given = header
    .map((name) => name.trim().slice(0, 40))
    .slice(0, 20)
    .join(', ');
  throw new ConfigError(`${uri} has the columns ${given}; a pool of rows needs pixels and, optionally, Usage.`);
}

function fieldsOf(bytes: Buffer | undefined): string[] | undefined {
  try {
    return (parse(bytes ?? '', { relax_column_count: true, bom: true }) as string[][])[0];
  } catch {
    return undefined;
  }
}

/** Behind the last comma where it stands there: nearly all of a row are pixels, and nobody has to take them apart. */
function usageOf(bytes: Buffer | undefined, { usage, count }: Columns): string {
  if (usage === null) return '';
  const text = usage === count - 1 ? bytes?.toString('latin1', bytes.lastIndexOf(',') + 1) : fieldsOf(bytes)?.[usage];
  return (text ?? '').replaceAll('"', '').trim();
}

/** @returns `[side, side]` row-major, or what is wrong in words */
function valuesOf(text: string): Uint8Array | string {
  const texts = text.trim() === '' ? [] : text.trim().split(/\s+/);
  const side = Math.sqrt(texts.length);
  if (!Number.isInteger(side) || side === 0 || side > MOST_SIDE) return `${texts.length} pixels, which are no square`;
  return greyValues(texts);
}
