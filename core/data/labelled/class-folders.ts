import { ClassName } from '../../contracts/names.ts';
import { ConfigError, DataError } from '../../errors.ts';
import { hasObject, openStore } from '../../store/open.ts';
import type { ListFault } from '../../store/store.ts';
import { isHidden, isImage, mayBeImage } from '../image-files.ts';
import { type RawItem, rejectedItem, storedImage } from '../raw-item.ts';
import { type LabelledFormat, type LabelledSource, type Survey, surveyOf } from './labelled-format.ts';

/** `<class>/<image>`, whatever the folder holds beside. Hidden files and files beside the class folders are ignored. */
export const classFolders: LabelledFormat = {
  name: 'class-folders',
  about: 'a folder of class folders (<class>/<image>)',
  // A folder that is not there is told by whoever lists it.
  matches: async ({ uri }) => !(await hasObject(uri)),
  survey,
  read,
};

/** Counts the images of each class folder without reading them; a folder without any counts 0. */
async function survey({ uri }: LabelledSource): Promise<Survey> {
  const counts = new Map<string, number>();
  for await (const { className, key } of entries(uri)) {
    counts.set(className, (counts.get(className) ?? 0) + (key === undefined ? 0 : 1));
  }
  return surveyOf(counts);
}

async function* read({ uri }: LabelledSource): AsyncGenerator<RawItem> {
  const store = openStore(uri);
  const faults: ListFault[] = [];
  for await (const { className, key } of entries(uri, (fault) => faults.push(fault))) {
    if (key !== undefined) yield storedImage(store, key, className);
  }
  for (const { key, why } of faults) {
    yield rejectedItem(key, 'unreadable', why === 'forbidden' ? 'may not be opened' : 'its name is not UTF-8');
  }
}

/**
 * An image at `<class>/<file>`, or a class folder that was seen without one, in the order of the keys.
 * @throws ConfigError on a missing or unreadable folder or an impossible class name
 * @throws DataError on images that lie deeper than a class folder
 */
async function* entries(
  uri: string,
  onFault: (fault: ListFault) => void = () => undefined,
): AsyncGenerator<{ readonly className: string; readonly key?: string }> {
  const store = openStore(uri);
  for await (const { key } of store.list('', onFault)) {
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
    yield rest.length === 1 && mayBeImage(key) ? { className, key } : { className };
  }
}
