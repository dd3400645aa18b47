import { pipeline, type Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { z } from 'zod';
import { ConfigError, DataError, messageOf } from '../errors.ts';
import { openStore } from '../store/open.ts';
import { placeOf, splitFragment } from '../store/uri.ts';
import { type LabelledSource, naming, type Survey, surveyOf } from './labelled-source.ts';

/** Side of an image in fer2013.csv. */
export const FER_SIDE = 48;
const PIXELS = FER_SIDE * FER_SIDE;
const EMOTIONS = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'] as const;

/** A picked row: what it shows, or what is wrong with it. */
export interface FerRow {
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

/** Which rows belong to a source: the fragment's, or Training for the labelled set and the others for a benchmark. */
const usagePicker = ({ field, uri }: LabelledSource): ((usage: string) => boolean) => {
  const { fragment } = splitFragment(uri);
  if (fragment !== undefined) return (usage) => fragment.split(',').includes(usage);
  return (usage) => (usage === 'Training') === (field === 'labelled');
};

const checkHeader = (header: readonly string[], uri: string): string[] => {
  const names = header.map((name) => name.trim());
  if (!names.includes('emotion') || !names.includes('pixels')) {
    throw new ConfigError(
      `${uri} has the columns ${names.join(', ')}; it needs emotion, pixels and, optionally, Usage.`,
    );
  }
  return names;
};

async function* rows(source: LabelledSource): AsyncGenerator<FerRow> {
  const { uri } = splitFragment(source.uri);
  const { root, key } = placeOf(uri);
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

/**
 * The rows of a fer2013.csv that belong to a source, streamed.
 * @throws ConfigError, which names the field, on a missing file or column
 * @throws DataError on text that is no CSV, or when no row is picked
 */
export const listFerRows = (source: LabelledSource): AsyncGenerator<FerRow> => naming(source.field, rows(source));

/**
 * Pixel values of a row.
 * @returns `[48, 48]` row-major, or what is wrong in words
 */
export const ferPixels = ({ pixels }: Pick<FerRow, 'pixels'>): Uint8Array | string => {
  const texts = pixels.trim() === '' ? [] : pixels.trim().split(/\s+/);
  if (texts.length !== PIXELS) return `${texts.length} pixels, needs ${PIXELS} (${FER_SIDE} × ${FER_SIDE})`;
  const wrong = texts.findIndex((text) => !/^\d{1,3}$/.test(text) || Number(text) > 255);
  if (wrong >= 0) return `pixel ${wrong} is "${texts[wrong]!.slice(0, 20)}", needs a whole number from 0 to 255`;
  return Uint8Array.from(texts, Number);
};

/** Counts the picked rows of each class without reading their pixels. */
export const surveyFerCsv = async (source: LabelledSource): Promise<Survey> => {
  const counts = new Map<string, number>();
  for await (const { className } of listFerRows(source)) {
    if (className !== undefined) counts.set(className, (counts.get(className) ?? 0) + 1);
  }
  return surveyOf(counts);
};
