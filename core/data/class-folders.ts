import { ClassName } from '../contracts/names.ts';
import { ConfigError, DataError } from '../errors.ts';
import { openStore } from '../store/open.ts';
import { isHidden, isImage } from './file-names.ts';
import { type LabelledSource, naming, type Survey, surveyOf } from './labelled-source.ts';

/** An image at `<class>/<file>`, or a class folder that was seen without one. */
export interface ClassEntry {
  readonly className: string;
  readonly key?: string;
}

async function* entries(uri: string): AsyncGenerator<ClassEntry> {
  const store = openStore(uri);
  for await (const { key } of store.list('')) {
    const [className = '', ...rest] = key.split('/');
    if (rest.length === 0 || isHidden(key)) continue;
    if (!ClassName.safeParse(className).success) {
      throw new ConfigError(`"${className}" in ${store.root} cannot be the name of a class. Rename the folder.`);
    }
    if (rest.length > 1 && isImage(key)) {
      throw new DataError(
        `${store.root}/${key} lies deeper than <class>/<file>. Name the folder that holds the class folders.`,
      );
    }
    yield rest.length === 1 && isImage(key) ? { className, key } : { className };
  }
}

/**
 * What stands in class folders, in the order of the keys. Hidden files and files beside the class folders are ignored.
 * @throws ConfigError, which names the field, on a missing or unreadable folder or an impossible class name
 * @throws DataError on images that lie deeper than a class folder
 */
export const listClassFolders = ({ field, uri }: LabelledSource): AsyncGenerator<ClassEntry> =>
  naming(field, entries(uri));

/** Counts the images of each class folder without reading them; a folder without any counts 0. */
export const surveyClassFolders = async (source: LabelledSource): Promise<Survey> => {
  const counts = new Map<string, number>();
  for await (const { className, key } of listClassFolders(source)) {
    counts.set(className, (counts.get(className) ?? 0) + (key === undefined ? 0 : 1));
  }
  return surveyOf(counts);
};
