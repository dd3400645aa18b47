import { DataError } from '../../errors.ts';
import { classOfLabel } from '../lists/class-of-label.ts';
import { EMOTIONS } from '../lists/emotions.ts';
import { readTable } from '../lists/text-table.ts';
import { greyValues } from '../pixel-text.ts';
import { type RawItem, rejectedItem } from '../raw-item.ts';
import { type FerColumns, ferColumnsOf } from './fer-columns.ts';
import type { FoundSource, LabelledFormat, Survey } from './labelled-format.ts';
import { splitPicker } from './splits.ts';
import { surveyItems } from './survey-items.ts';

/** Smaller squares show nothing, and rows of three numbers are no images. */
const LEAST_SIDE = 8;

const NUMBERS = { place: 'fer2013', byNumber: new Map(EMOTIONS.entries()) };

/**
 * Facial expressions as rows of numbers. Numbers are fer2013's, with 7 for contempt as in CK+; names stand for themselves.
 * @see Goodfellow et al., Challenges in Representation Learning (ICONIP 2013)
 */
export const ferCsv: LabelledFormat = {
  name: 'fer-csv',
  about: 'a CSV like fer2013.csv with emotion, pixels and Usage',
  matches: ({ contents: { object } }) => object !== undefined && ferColumnsOf(object.key, object.head) !== undefined,
  survey,
  read: (source) => rows(source, pixelsOf),
};

/** Counts the picked rows of each class without reading their pixels. */
async function survey(source: FoundSource): Promise<Survey> {
  return surveyItems(
    rows(source, () => new Uint8Array()),
    EMOTIONS,
  );
}

/**
 * The rows that belong to a source, streamed.
 * @param pixels - values of a row, or what is wrong with them in words
 * @throws DataError on text that is no CSV, on labels that cannot be right, or when no row is picked
 */
async function* rows(source: FoundSource, pixels: (text: string) => Uint8Array | string): AsyncGenerator<RawItem> {
  const { store, object } = source.contents;
  const { key, head } = object!;
  const columns = ferColumnsOf(key, head)!;
  const picker = splitPicker(source, 'Usage');
  const numbers = numberRange(`${store.root}/${key}`);
  let first = columns.header;
  for await (const { row, fields } of readTable(store, key, head)) {
    if (first) {
      first = false;
      continue;
    }
    const place = `${key}:row ${row}`;
    const emotion = fields[columns.emotion] ?? '';
    const text = fields[columns.pixels] ?? '';
    // A remark below the table has no pixels, and tells nothing of how emotions are numbered.
    if (text !== '') numbers.see(emotion, row);
    if (!picker.picks(usageOf(columns, fields))) continue;
    const labelling =
      text === '' ? { none: 'no pixels' } : classOfLabel(emotion, NUMBERED.test(emotion) ? NUMBERS : undefined);
    if ('fault' in labelling)
      throw new DataError(`${store.root}/${place}: emotion is ${labelling.fault.replace('the label is ', '')}.`);
    if ('none' in labelling) {
      yield rejectedItem(place, 'bad-row', labelling.none);
      continue;
    }
    const values = pixels(text);
    const { className } = labelling;
    if (typeof values === 'string') yield rejectedItem(place, 'bad-row', values, className);
    else yield { kind: 'grey', key: place, className, side: Math.sqrt(values.length), pixels: values };
  }
  numbers.check();
  picker.check();
}

const NUMBERED = /^-?\d+(\.0+)?$/;

function usageOf({ usage }: FerColumns, fields: readonly string[]): string | undefined {
  return usage === undefined ? undefined : (fields[usage] ?? '');
}

/** Whether emotions are counted from 0, over all rows of a file. */
function numberRange(place: string): { see(emotion: string, row: number): void; check(): void } {
  let zero = false;
  let seven: number | undefined;
  return {
    see(emotion, row) {
      if (!NUMBERED.test(emotion)) return;
      if (Number(emotion) === 0) zero = true;
      if (Number(emotion) === 7) seven ??= row;
    },
    check() {
      if (zero || seven === undefined) return;
      throw new DataError(
        `${place}: emotion is 7 in row ${seven} and 0 in none, so the numbers seem to count from 1. fer2013 has 0 to 6 (${EMOTIONS.slice(0, 7).join(', ')}) ` +
          'and, for contempt, 7. Subtract 1, or write names instead of numbers.',
      );
    },
  };
}

/** @returns `[side, side]` row-major, or what is wrong in words */
function pixelsOf(text: string): Uint8Array | string {
  const texts = text.split(/\s+/);
  const side = Math.sqrt(texts.length);
  if (!Number.isInteger(side) || side < LEAST_SIDE) {
    return `${texts.length} pixels are no square of ${LEAST_SIDE} × ${LEAST_SIDE} or more; fer2013 has 2304 (48 × 48)`;
  }
  return greyValues(texts);
}
