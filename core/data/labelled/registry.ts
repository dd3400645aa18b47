import { ConfigError, DataError, inField } from '../../errors.ts';
import { kindByBytes, kindByName } from '../file-kinds.ts';
import { codecOf } from '../image-files.ts';
import { classFolders } from './class-folders.ts';
import { lookAt } from './contents.ts';
import { ferCsv } from './fer-csv.ts';
import { imageFolder } from './image-folder.ts';
import type { FoundSource, LabelledFormat, LabelledSource, Survey } from './labelled-format.ts';
import { list } from './list.ts';
import { parquet } from './parquet.ts';
import { recordFile } from './record-file.ts';
import { isTar } from './tar-samples.ts';
import { webDataset } from './web-dataset.ts';

/** The first that matches reads a source, so the special ones stand before the general ones. */
export const LABELLED_FORMATS: readonly LabelledFormat[] = [
  ferCsv,
  list,
  imageFolder,
  parquet,
  webDataset,
  recordFile,
  classFolders,
];

/** What a labelled set may be, to follow "It must be". */
export const LABELLED_FORMS = LABELLED_FORMATS.map(({ about }) => about).join(', or ');

/** The format that reads a source, and what it was found to be. */
export interface OpenSource {
  readonly format: LabelledFormat;
  readonly source: FoundSource;
}

/**
 * Looks at a labelled set or a benchmark and finds the format that reads it.
 * @throws ConfigError, which lists all formats, where none does
 */
export async function openLabelled({ field, uri }: LabelledSource): Promise<OpenSource> {
  const contents = await lookAt(uri);
  const source = { field, uri, contents };
  const { object, keys } = contents;
  // An S3 prefix that is not there is an empty folder.
  if (object === undefined && keys.length === 0 && /\.\w{2,8}$/.test(contents.store.root)) {
    throw new DataError(`There is no ${contents.store.root}.`);
  }
  if (object === undefined || !isWrapped(object)) {
    for (const format of LABELLED_FORMATS) if (await format.matches(source)) return { format, source };
  }
  throw new ConfigError(`${uri} is a file of another kind (${kindOf(object!)}). It must be ${LABELLED_FORMS}.`);
}

type FileObject = NonNullable<FoundSource['contents']['object']>;

/** A pointer or something packed, whatever the name promises; what reads tars looks for itself. */
function isWrapped({ key, head }: FileObject): boolean {
  const start = head.toString('latin1', 0, 40);
  return ['version https://git-lfs', '\x1f\x8b', 'PK\x03\x04'].some((magic) => start.startsWith(magic)) && !isTar(key);
}

/** What a file that no format reads is, in words that say what to do with it. */
function kindOf({ key, head }: FileObject): string {
  const codec = codecOf(head);
  if (codec !== undefined) return `a single image, ${codec}`;
  const kind = kindByName(key) ?? kindByBytes(head);
  if (kind !== undefined) return kind;
  const extension = /\.\w{1,10}$/.exec(key)?.[0];
  return extension === undefined ? 'of a name without extension' : `of the kind ${extension}`;
}

/**
 * Counts a labelled set or a benchmark by class without decoding anything.
 * @throws ConfigError naming the field on a missing or unreadable place
 * @throws DataError on data of another layout
 */
export async function surveyLabelled(source: LabelledSource): Promise<Survey> {
  try {
    const { format, source: found } = await openLabelled(source);
    return await format.survey(found);
  } catch (error) {
    throw inField(source.field, error);
  }
}
