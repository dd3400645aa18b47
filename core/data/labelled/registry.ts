import { ConfigError, DataError, inField } from '../../errors.ts';
import { kindOfFile, wrappedKind } from '../file-kinds.ts';
import { classFolders } from './class-folders.ts';
import { lookAt } from './contents.ts';
import { ferCsv } from './fer-csv.ts';
import { imageFolder } from './image-folder.ts';
import type { FoundSource, LabelledFormat, LabelledSource, Survey } from './labelled-format.ts';
import { list } from './list.ts';
import { parquet } from './parquet.ts';
import { webDataset } from './web-dataset.ts';

/** The first that matches reads a source, so the special ones stand before the general ones. */
export const LABELLED_FORMATS: readonly LabelledFormat[] = [
  ferCsv,
  list,
  imageFolder,
  parquet,
  webDataset,
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
  const { object, folder, files } = contents;
  // An S3 prefix that is not there is an empty folder.
  if (
    object === undefined &&
    folder.folders.size === 0 &&
    files.length === 0 &&
    /\.\w{2,8}$/.test(contents.store.root)
  ) {
    throw new DataError(`There is no ${contents.store.root}.`);
  }
  const wrapped = object && wrappedKind(object.head);
  if (wrapped === undefined) {
    for (const format of LABELLED_FORMATS) if (await format.matches(source)) return { format, source };
  }
  const kind = wrapped ?? kindOfFile(object!.key, object!.head);
  throw new ConfigError(`${uri} is a file of another kind (${kind}). It must be ${LABELLED_FORMS}.`);
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
