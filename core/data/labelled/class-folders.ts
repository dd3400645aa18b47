import { ClassName } from '../../contracts/names.ts';
import { ConfigError, DataError } from '../../errors.ts';
import type { ListFault } from '../../store/store.ts';
import { isHidden, isImage, mayBeImage } from '../image-files.ts';
import { type ClassList, readClassList } from '../lists/class-list.ts';
import { type RawItem, rejectedItem, storedImage } from '../raw-item.ts';
import { type FoundSource, type LabelledFormat, type Survey, surveyOf } from './labelled-format.ts';
import { levelOfClasses } from './levels.ts';
import { splitPicker } from './splits.ts';

/**
 * `<class>/<image>`, also below folders of splits, whatever lies there beside. Hidden files and files beside the class folders
 * are ignored.
 */
export const classFolders: LabelledFormat = {
  name: 'class-folders',
  about: 'a folder of class folders (<class>/<image>), also as .zip, .tar or .tar.gz',
  // A folder that is not there is told by whoever lists it.
  matches: ({ contents }) => contents.object === undefined,
  survey,
  read,
};

/**
 * Counts the images of each class folder without reading them; a folder without any counts 0.
 * @throws DataError on a folder that is a link out of the set: a class would be missing without a word
 */
async function survey(source: FoundSource): Promise<Survey> {
  const { store, faults } = source.contents;
  const list = await readClassList(store, '');
  const counts = new Map<string, number>();
  for (const { className, key } of entries(source, list)) {
    counts.set(className, (counts.get(className) ?? 0) + (key === undefined ? 0 : 1));
  }
  const link = faults.find(({ key, why }) => why === 'leaves-folder' && key.endsWith('/') && !isHidden(key));
  if (link !== undefined) {
    throw new DataError(
      `${store.root}/${link.key} is a link that leaves the folder, which is not followed: its images would be missing. ` +
        'Put the images there, or name the folder that holds the real ones.',
    );
  }
  return surveyOf(counts, [...(list?.byNumber.values() ?? [])]);
}

const FAULT_WORDS: Readonly<Record<ListFault['why'], string>> = {
  forbidden: 'may not be opened',
  'name-not-utf-8': 'its name is not UTF-8',
  'leaves-folder': 'a link that leaves the folder, which is not followed',
};

async function* read(source: FoundSource): AsyncGenerator<RawItem> {
  const { store, faults } = source.contents;
  for (const { className, key } of entries(source, await readClassList(store, ''))) {
    if (key !== undefined) yield storedImage(store, key, className);
  }
  for (const { key, why } of faults) {
    yield rejectedItem(key, 'unreadable', FAULT_WORDS[why]);
  }
}

/**
 * An image at `<class>/<file>`, or a class folder that was seen without one, in the order of the keys.
 * @throws ConfigError on a missing or unreadable folder or an impossible class name
 * @throws DataError on images that lie deeper than a class folder, or folders that are no classes
 */
function* entries(
  source: FoundSource,
  list: ClassList | undefined,
): Generator<{ readonly className: string; readonly key?: string }> {
  const { store, keys } = source.contents;
  const level = levelOfClasses(source.contents, new Set(list?.byNumber.values()));
  const picker = splitPicker(source);
  const depth = level === 'split' ? 2 : 1;
  let images = 0;
  for (const key of keys) {
    const parts = key.split('/');
    if (parts.length <= depth) continue;
    const isOne = parts.length > depth + 1 ? isImage(key) : mayBeImage(key);
    if (isOne) images += 1;
    if (isOne ? !picker.picks(level === 'split' ? parts[0] : undefined) : level === 'split') continue;
    const className = classOf(parts[depth - 1]!, list, store.root);
    if (parts.length > depth + 1 && isOne) {
      const form = level === 'split' ? '<split>/<class>/<file>' : '<class>/<file>';
      throw new DataError(
        `${store.root}/${key} lies deeper than ${form}. Name the folder that holds the class folders.`,
      );
    }
    yield isOne ? { className, key } : { className };
  }
  if (images > 0) picker.check();
}

/** A folder's class: its own name, or what `classes.txt` calls its number. */
function classOf(name: string, list: ClassList | undefined, root: string): string {
  const composed = name.normalize('NFC');
  if (!ClassName.safeParse(composed).success) {
    throw new ConfigError(`"${name}" in ${root} cannot be the name of a class. Rename the folder.`);
  }
  const known = list === undefined ? [composed] : [...list.byNumber.values()];
  if (known.includes(composed)) return composed;
  const called = /^\d+$/.test(name) ? list!.byNumber.get(Number(name)) : undefined;
  if (called !== undefined) return called;
  throw new ConfigError(`The folder "${name}" in ${root} is none of ${list!.place}: ${known.join(', ')}.`);
}
