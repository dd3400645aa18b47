import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import { z } from 'zod';
import { DataError, messageOf } from '../../errors.ts';
import type { Store } from '../../store/store.ts';

/** A line of a table: its fields without the blanks around them. */
export interface TableRow {
  /** Line of the file where it ends, from 1. */
  readonly row: number;
  readonly fields: readonly string[];
}

/** What parts fields: a character, blanks in front of the last field, or JSON. */
type Syntax = { readonly kind: 'delimited'; readonly delimiter: string } | { readonly kind: 'blanks' | 'json' };

/** Lines are kept whole in memory, so a file without line breaks must not fill it. */
const MOST_CHARACTERS = 4_000_000;
const DELIMITERS = ['\t', ',', ';', '|'];

const Line = z.object({ info: z.object({ lines: z.number() }), record: z.array(z.string()) });
const JsonRow = z.record(z.string(), z.unknown());

/**
 * The rows of a CSV, a TSV, a text of `path label` lines or JSON lines, streamed. What parts the fields is seen from the
 * first line. JSON lines give the names of the first one's fields as a first row, and then values in this order.
 * @param head - the beginning of the file
 * @throws DataError on text that cannot be taken apart, with the line
 */
export async function* readTable(store: Store, key: string, head: Buffer): AsyncGenerator<TableRow> {
  const syntax = syntaxOf(key, head);
  const stream = await store.stream(key);
  let failure: unknown;
  stream.on('error', (error) => {
    failure = error;
  });
  const whole = syntax.kind !== 'delimited';
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MOST_CHARACTERS,
    // Whole lines come as one field, since no text holds a NUL.
    delimiter: whole ? '\0' : syntax.delimiter,
    quote: whole ? null : '"',
    relax_quotes: !whole && syntax.delimiter === '\t',
    // Blanks around quotes; in a TSV they would swallow empty fields.
    trim: !whole && syntax.delimiter !== '\t',
  });
  // Errors of either side come out of the loop below.
  pipeline(stream, parser, () => undefined);
  try {
    let names: readonly string[] | undefined;
    for await (const line of parser) {
      const { info, record } = Line.parse(line);
      const row = info.lines;
      if (syntax.kind === 'json') {
        const values = jsonRow(record.join('\0'), `${store.root}/${key}:row ${row}`);
        if (names === undefined) {
          names = Object.keys(values);
          yield { row: 0, fields: names };
        }
        yield { row, fields: names.map((name) => textOf(values[name])) };
        continue;
      }
      const fields = syntax.kind === 'blanks' ? lastApart(record.join('\0')) : record;
      if (fields.some((field) => field.trim() !== '')) yield { row, fields: fields.map((field) => field.trim()) };
    }
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (error instanceof DataError) throw error;
    throw new DataError(`${store.root}/${key} is not a readable table: ${messageOf(error)}.`, { cause: error });
  } finally {
    stream.destroy();
  }
}

/** The beginning of a file as text; spreadsheets also write UTF-16. */
export function headText(head: Buffer): string {
  const text = head[0] === 0xff && head[1] === 0xfe ? head.toString('utf16le') : head.toString('utf8');
  return text.replace(/^\ufeff/, '');
}

function syntaxOf(key: string, head: Buffer): Syntax {
  const text = headText(head);
  if (/\.(jsonl|ndjson)$/i.test(key) || text.trimStart().startsWith('{')) return { kind: 'json' };
  const first = text.split(/[\r\n]+/).find((line) => line.trim() !== '') ?? '';
  const bare = first.replaceAll(/"[^"]*"/g, '');
  const delimiter = DELIMITERS.find((mark) => bare.includes(mark));
  return delimiter === undefined ? { kind: 'blanks' } : { kind: 'delimited', delimiter };
}

/** `path with blanks.jpg 5` comes apart in front of the 5. */
function lastApart(line: string): string[] {
  const [, start, last] = /^(.*\S)\s+(\S+)\s*$/.exec(line) ?? [];
  return start === undefined ? [line] : [start, last!];
}

function jsonRow(text: string, place: string): Record<string, unknown> {
  try {
    return JsonRow.parse(JSON.parse(text));
  } catch (error) {
    throw new DataError(`${place} is no JSON object.`, { cause: error });
  }
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value.trim() : JSON.stringify(value);
}
