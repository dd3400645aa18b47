import { pipeline, type Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { z } from 'zod';
import { ConfigError, DataError, messageOf } from '../../errors.ts';
import { openStore } from '../../store/open.ts';
import { splitFragment, splitObjectUri } from '../../store/uri.ts';
import { type RawItem, rejectedItem } from '../raw-item.ts';
import { type LabelledFormat, type LabelledSource, type Survey, surveyOf } from './labelled-format.ts';

/** Side of an image in fer2013.csv. */
const SIDE = 48;
const PIXELS = SIDE * SIDE;
/** By the number in the column `emotion`. */
const EMOTIONS = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'] as const;

/**
 * Facial expressions as rows of numbers.
 * @see Goodfellow et al., Challenges in Representation Learning (ICONIP 2013)
 */
export const ferCsv: LabelledFormat = {
  name: 'fer-csv',
  about: 'a CSV like fer2013.csv with emotion, pixels and Usage (faces.csv#Training picks the rows of one Usage)',
  matches: ({ uri }) => /\.csv$/i.test(splitFragment(uri).uri),
  survey,
  read,
};

/** Counts the picked rows of each class without reading their pixels. */
async function survey(source: LabelledSource): Promise<Survey> {
  const counts = new Map<string, number>();
  for await (const { className } of rows(source)) {
    if (className !== undefined) counts.set(className, (counts.get(className) ?? 0) + 1);
  }
  return surveyOf(counts);
}

async function* read(source: LabelledSource): AsyncGenerator<RawItem> {
  for await (const { key, className, emotion, pixels } of rows(source)) {
    if (className === undefined) {
      yield rejectedItem(key, 'bad-row', `emotion is "${emotion.slice(0, 20)}", needs 0 to 6`);
      continue;
    }
    const values = pixelsOf(pixels);
    if (typeof values === 'string') yield rejectedItem(key, 'bad-row', values);
    else yield { kind: 'grey', key, className, side: SIDE, pixels: values };
  }
}

/** A picked row: what it shows, or what is wrong with it. */
interface Row {
  /** `fer2013.csv:row 12`; the header is row 1. */
  readonly key: string;
  readonly className: string | undefined;
  readonly emotion: string;
  /** Space-separated values, not yet checked. */
  readonly pixels: string;
}

const Line = z.object({
  info: z.object({ lines: z.number() }),
  record: z.object({ emotion: z.string(), pixels: z.string().default(''), Usage: z.string().default('') }),
});

/**
 * The rows that belong to a source, streamed.
 * @throws ConfigError on a missing file or column
 * @throws DataError on text that is no CSV, or when no row is picked
 */
async function* rows(source: LabelledSource): AsyncGenerator<Row> {
  const { uri } = splitFragment(source.uri);
  const { root, key } = splitObjectUri(uri);
  const picks = usagePicker(source);
  const usages = new Set<string>();
  let split = true;
  let failure: unknown;
  let picked = 0;
  const stream: Readable = await openStore(root).stream(key);
  stream.on('error', (error) => {
    failure = error;
  });
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 1_000_000,
    columns: (header: string[]) => {
      const names = checkHeader(header, uri);
      split = names.includes('Usage');
      return names;
    },
  });
  // Errors of either side come out of the loop below.
  pipeline(stream, parser, () => undefined);
  try {
    for await (const line of parser) {
      const { info, record } = Line.parse(line);
      const usage = record.Usage.trim();
      usages.add(usage);
      if (split && !picks(usage)) continue;
      picked += 1;
      const emotion = record.emotion.trim();
      const className = /^[0-6]$/.test(emotion) ? EMOTIONS[Number(emotion)] : undefined;
      yield { key: `${key}:row ${info.lines}`, className, emotion, pixels: record.pixels };
    }
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (error instanceof ConfigError) throw error;
    throw new DataError(`${uri} is not a readable CSV: ${messageOf(error)}.`, { cause: error });
  } finally {
    stream.destroy();
  }
  if (picked === 0) {
    const found = [...usages].map((usage) => `"${usage}"`).join(', ') || 'no row at all';
    throw new DataError(`No row of ${source.uri} is picked; its Usage column has ${found}.`);
  }
}

/** Which rows belong to a source: the fragment's, or Training for the labelled set and the others for a benchmark. */
function usagePicker({ field, uri }: LabelledSource): (usage: string) => boolean {
  const { fragment } = splitFragment(uri);
  if (fragment !== undefined) return (usage) => fragment.split(',').includes(usage);
  return (usage) => (usage === 'Training') === (field === 'labelled');
}

function checkHeader(header: readonly string[], uri: string): string[] {
  const names = header.map((name) => name.trim());
  if (!names.includes('emotion') || !names.includes('pixels')) {
    throw new ConfigError(
      `${uri} has the columns ${names.join(', ')}; it needs emotion, pixels and, optionally, Usage.`,
    );
  }
  return names;
}

/** @returns `[48, 48]` row-major, or what is wrong in words */
function pixelsOf(text: string): Uint8Array | string {
  const texts = text.trim() === '' ? [] : text.trim().split(/\s+/);
  if (texts.length !== PIXELS) return `${texts.length} pixels, needs ${PIXELS} (${SIDE} × ${SIDE})`;
  const wrong = texts.findIndex((value) => !/^\d{1,3}$/.test(value) || Number(value) > 255);
  if (wrong >= 0) return `pixel ${wrong} is "${texts[wrong]!.slice(0, 20)}", needs a whole number from 0 to 255`;
  return Uint8Array.from(texts, Number);
}
