import { ConfigError, DataError, messageOf, OmnidistillError } from '../../errors.ts';
import { type ClassList, classList, readClassList } from '../lists/class-list.ts';
import { classOfLabel } from '../lists/class-of-label.ts';
import { folderOfKey } from '../lists/open-list.ts';
import { classLabelsOf } from '../parquet/class-labels.ts';
import { imageColumnOf } from '../parquet/image-column.ts';
import type { ColumnValue } from '../parquet/page-values.ts';
import { columnAt, openParquet, type ParquetColumn, type ParquetFile, rowsOf } from '../parquet/parquet-file.ts';
import { type RawItem, rejectedItem } from '../raw-item.ts';
import type { Contents } from './contents.ts';
import type { FoundSource, LabelledFormat } from './labelled-format.ts';
import { splitOfFile } from './split-names.ts';
import { splitPicker } from './splits.ts';
import { surveyItems } from './survey-items.ts';

const LABELS = ['label', 'labels', 'class', 'emotion', 'expression', 'category', 'target'];
const SPLITS = ['split', 'Usage', 'usage'];

/** One file of a set, with the columns that are read of it. */
interface Part {
  readonly key: string;
  readonly file: ParquetFile;
  readonly image: ParquetColumn;
  readonly label: ParquetColumn;
  readonly split: ParquetColumn | undefined;
  readonly classes: ClassList | undefined;
}

/** Images and labels as the columns of a Parquet file, or of the files of a folder: what Hugging Face keeps of most sets. */
export const parquet: LabelledFormat = {
  name: 'parquet',
  about: 'Parquet with a column of images and one of labels, a file or a folder of parts',
  matches: ({ contents: { object, files } }) =>
    isParquet(object?.key ?? '') || (object === undefined && files.some(isParquet)),
  survey: async (source) => {
    const parts = await openAll(source.contents);
    return surveyItems(items(source, parts, false), [...(parts[0]?.classes?.byNumber.values() ?? [])]);
  },
  async *read(source) {
    yield* items(source, await openAll(source.contents), true);
  },
};

function isParquet(key: string): boolean {
  return /\.parquet$/i.test(key);
}

async function openAll({ store, object, files }: Contents): Promise<Part[]> {
  const parts: Part[] = [];
  for (const key of object === undefined ? files.filter(isParquet) : [object.key]) {
    const place = `${store.root}/${key}`;
    const file = await inWords(() => openParquet(store, key), `${place} is not a readable Parquet file`);
    const image = imageColumnOf(file.columns);
    if ('missing' in image) throw new ConfigError(`${place} ${image.missing}.`);
    const [name, label] = columnNamed(file, LABELS, place) ?? [];
    if (name === undefined || label === undefined) {
      const found = file.columns.map(({ element }) => element.name).join(', ');
      throw new ConfigError(`${place} has the columns ${found}; it needs one for the label (${LABELS.join(', ')}).`);
    }
    const footer = file.metadata.key_value_metadata?.find((pair) => pair.key === 'huggingface')?.value;
    const own = classLabelsOf(footer).get(name);
    const classes =
      (await readClassList(store, folderOfKey(key))) ??
      (await readClassList(store, '')) ??
      (own && classList(`the schema of ${place}`, [...own.entries()]));
    parts.push({ key, file, image, label, split: columnNamed(file, SPLITS, place)?.[1], classes });
  }
  return parts;
}

/** The first of some columns that is there. @throws ConfigError where it holds more than one value for an image */
function columnNamed(
  { columns }: ParquetFile,
  names: readonly string[],
  place: string,
): readonly [string, ParquetColumn] | undefined {
  const name = names.find((wanted) => columns.some(({ element }) => element.name === wanted));
  if (name === undefined) return undefined;
  const found = columnAt([columns.find(({ element }) => element.name === name)!]);
  if (found === undefined) {
    throw new ConfigError(`${place}: the column ${name} holds lists or structs, and an image has one class and split.`);
  }
  return [name, found];
}

/** @param withBytes - otherwise images are listed without anything to load */
async function* items(source: FoundSource, parts: readonly Part[], withBytes: boolean): AsyncGenerator<RawItem> {
  const picker = splitPicker(source);
  const { root } = source.contents.store;
  for (const { key, file, image, label, split, classes } of parts) {
    if (split === undefined && !picker.picksPart(splitOfFile(key))) continue;
    const columns = [label, ...(split === undefined ? [] : [split]), ...(withBytes ? [image] : [])];
    for await (const { row, cells } of numbered(file, columns, `${root}/${key}`)) {
      const place = `${key}:row ${row}`;
      const cell = split === undefined ? undefined : textOf(cells[1]) || undefined;
      if (!picker.picks(cell ?? splitOfFile(key))) continue;
      const labelling = classOfLabel(textOf(cells[0]), classes);
      if ('fault' in labelling) throw new DataError(`${root}/${place}: ${labelling.fault}.`);
      if ('none' in labelling) {
        yield rejectedItem(place, 'unlabelled', labelling.none);
        continue;
      }
      const { className } = labelling;
      const bytes = withBytes ? cells.at(-1) : Buffer.alloc(0);
      if (Buffer.isBuffer(bytes)) yield { kind: 'encoded', key: place, className, bytes };
      else yield rejectedItem(place, 'missing', 'the row has no bytes, at most a path', className);
    }
  }
  picker.check();
}

/** Rows by their numbers in the file, from 1. @throws DataError on one that is damaged */
async function* numbered(file: ParquetFile, columns: readonly ParquetColumn[], place: string) {
  let row = 0;
  for (const group of file.metadata.row_groups.keys()) {
    const rows = rowsOf(file, group, columns);
    for (;;) {
      const next = await inWords(() => rows.next(), `${place}: row group ${group} cannot be read`);
      if (next.done) break;
      row += 1;
      yield { row, cells: next.value };
    }
  }
}

async function inWords<T>(action: () => Promise<T>, words: string): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof OmnidistillError) throw error;
    throw new DataError(`${words}: ${messageOf(error)}.`, { cause: error });
  }
}

function textOf(value: ColumnValue): string {
  return value === undefined ? '' : value.toString();
}
