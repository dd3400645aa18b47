import { parse } from 'csv-parse/sync';
import { headText } from '../lists/text-table.ts';

/** Which field of a row of a table of pixels is which. */
export interface FerColumns {
  readonly header: boolean;
  readonly emotion: number;
  readonly pixels: number;
  readonly usage: number | undefined;
}

/** A field of so many numbers is an image. */
const PIXELS = /^\s*(\d{1,3}\s+){15,}/;

/**
 * The columns of a CSV of pixels, by their names in any case, or by what stands in them where there are none.
 * @param head - the beginning of the file
 * @returns `undefined` for a file of another kind
 */
export function ferColumnsOf(key: string, head: Buffer): FerColumns | undefined {
  if (!/\.(csv|tsv|txt)$/i.test(key)) return undefined;
  const [line = ''] = headText(head)
    .split(/[\r\n]+/)
    .filter((text) => text.trim() !== '');
  const bare = line.replaceAll(/"[^"]*"?/g, '');
  const delimiter = ['\t', ',', ';', '|'].find((mark) => bare.includes(mark));
  if (delimiter === undefined) return undefined;
  const fields = (parse(line, { delimiter, relax_quotes: true, relax_column_count: true, quote: null })[0] ??
    []) as string[];
  const names = fields.map((field) => field.replaceAll('"', '').trim().toLowerCase());
  const pixels = names.indexOf('pixels');
  const emotion = ['emotion', 'label', 'expression', 'class'].map((name) => names.indexOf(name)).find((at) => at >= 0);
  const usage = ['usage', 'split'].map((name) => names.indexOf(name)).find((at) => at >= 0);
  if (pixels >= 0 && emotion !== undefined) return { header: true, emotion, pixels, usage };
  const image = names.findIndex((field) => PIXELS.test(field));
  if (image < 0 || names.length < 2 || names.length > 3) return undefined;
  const others = [...names.keys()].filter((at) => at !== image);
  // fer2013's order: the emotion first, and the Usage, where there is one, last.
  return { header: false, emotion: others[0]!, pixels: image, usage: others[1] };
}
