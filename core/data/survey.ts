import { surveyClassFolders } from './class-folders.ts';
import { surveyFerCsv } from './fer-csv.ts';
import { isCsv, type LabelledSource, type Survey } from './labelled-source.ts';

/**
 * Counts a labelled set or a benchmark by class without decoding anything.
 * @throws ConfigError naming the field on a missing or unreadable place
 * @throws DataError on data of another layout
 */
export const surveyLabelled = (source: LabelledSource): Promise<Survey> =>
  isCsv(source.uri) ? surveyFerCsv(source) : surveyClassFolders(source);
