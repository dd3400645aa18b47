import { ConfigError, DataError } from '../../errors.ts';
import { type ClassList, classList, readClassList } from '../lists/class-list.ts';
import { classOfLabel } from '../lists/class-of-label.ts';
import { folderOfKey } from '../lists/open-list.ts';
import { imageCell, openParquetRows, type ParquetRows } from '../parquet-rows.ts';
import { type RawItem, rejectedItem } from '../raw-item.ts';
import type { Contents } from './contents.ts';
import type { FoundSource, LabelledFormat } from './labelled-format.ts';
import { splitOfFile, splitPicker } from './splits.ts';
import { surveyItems } from './survey-items.ts';

const LABELS = ['label', 'labels', 'class', 'emotion', 'expression', 'category', 'target'];
const SPLITS = ['split', 'Usage', 'usage'];

/** One file of a set, with the columns that are read of it. */
interface Part {
  readonly key: string;
  readonly images: ParquetRows;
  readonly label: string;
  readonly split: string | undefined;
  readonly classes: ClassList | undefined;
}

/**
 * Images and labels as the columns of a Parquet file, or of the files of a folder: what Hugging Face keeps of most sets.
 * @see https://huggingface.co/docs/datasets/image_dataset#parquet
 */
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
    const images = await openParquetRows(store, key);
    const label = LABELS.find((name) => images.columns.includes(name));
    if (label === undefined) {
      const found = images.columns.join(', ');
      throw new ConfigError(
        `${store.root}/${key} has the columns ${found}; it needs one for the label (${LABELS.join(', ')}).`,
      );
    }
    const own = images.classLabels.get(label);
    const classes =
      (await readClassList(store, folderOfKey(key))) ??
      (await readClassList(store, '')) ??
      (own && classList(`the schema of ${store.root}/${key}`, [...own.entries()]));
    parts.push({ key, images, label, split: SPLITS.find((name) => images.columns.includes(name)), classes });
  }
  return parts;
}

/** @param withBytes - otherwise images are listed without anything to load */
async function* items(source: FoundSource, parts: readonly Part[], withBytes: boolean): AsyncGenerator<RawItem> {
  const picker = splitPicker(source);
  for (const { key, images, label, split, classes } of parts) {
    const columns = [label, ...(split === undefined ? [] : [split]), ...(withBytes ? [images.imageColumn] : [])];
    for await (const { row, values } of images.rows(columns)) {
      const place = `${key}:row ${row}`;
      const cell = split === undefined ? undefined : String(values[split] ?? '') || undefined;
      if (!picker.picks(cell ?? splitOfFile(key))) continue;
      const labelling = classOfLabel(textOf(values[label]), classes);
      if ('fault' in labelling) throw new DataError(`${source.contents.store.root}/${place}: ${labelling.fault}.`);
      if ('none' in labelling) {
        yield rejectedItem(place, 'unlabelled', labelling.none);
        continue;
      }
      const { className } = labelling;
      const { bytes, path } = withBytes
        ? imageCell(values[images.imageColumn])
        : { bytes: Buffer.alloc(0), path: undefined };
      if (bytes !== undefined) yield { kind: 'encoded', key: place, className, bytes };
      else
        yield rejectedItem(
          place,
          'missing',
          path === undefined ? 'no image in its cell' : `only the path ${path}`,
          className,
        );
    }
  }
  picker.check();
}

/** Labels of several kinds per image are lists, and no class. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object'
    ? JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner))
    : String(value);
}
