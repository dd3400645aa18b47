import { ConfigError, inField } from '../../errors.ts';
import { classFolders } from './class-folders.ts';
import { ferCsv } from './fer-csv.ts';
import type { LabelledFormat, LabelledSource, Survey } from './labelled-format.ts';

/** The first that matches reads a source, so the special ones stand before the general ones. */
export const LABELLED_FORMATS: readonly LabelledFormat[] = [ferCsv, classFolders];

/** What a labelled set may be, to follow "It must be". */
export const LABELLED_FORMS = LABELLED_FORMATS.map(({ about }) => about).join(', or ');

/**
 * The format that reads a labelled set or a benchmark.
 * @throws ConfigError, which lists all formats, where none does
 */
export async function labelledFormatOf(source: LabelledSource): Promise<LabelledFormat> {
  for (const format of LABELLED_FORMATS) if (await format.matches(source)) return format;
  throw new ConfigError(`${source.uri} is a file of another kind. It must be ${LABELLED_FORMS}.`);
}

/**
 * Counts a labelled set or a benchmark by class without decoding anything.
 * @throws ConfigError naming the field on a missing or unreadable place
 * @throws DataError on data of another layout
 */
export async function surveyLabelled(source: LabelledSource): Promise<Survey> {
  try {
    return await (await labelledFormatOf(source)).survey(source);
  } catch (error) {
    throw inField(source.field, error);
  }
}
