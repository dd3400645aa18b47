import { ConfigError } from '../../errors.ts';
import { isBelowRoot } from '../../store/file.ts';
import { CLASS_LIST } from '../lists/class-list.ts';
import { folderOfKey, type List, openList } from '../lists/open-list.ts';
import { readTable } from '../lists/text-table.ts';
import type { LabelledSource } from './labelled-format.ts';
import { openLabelled } from './registry.ts';

/** What has to be taken along with a labelled set that is named by one file. */
export interface NeededFiles {
  /** URI of the folder that all of it lies below. */
  readonly root: string;
  /** The file itself, in there. */
  readonly key: string;
  /** All of it. */
  readonly keys: readonly string[];
}

/**
 * The files that a labelled set consists of where it is named by one of them: a list, its images and the names of its classes.
 * @returns `undefined` for a folder, or for a file that needs no other
 * @throws what opening the set throws
 */
export async function neededFiles(place: LabelledSource): Promise<NeededFiles | undefined> {
  const { format, source } = await openLabelled(place);
  const { store, object } = source.contents;
  if (object === undefined || format.name === 'fer-csv') return undefined;
  if (object.key.includes('#')) {
    throw new ConfigError(`${store.root}/${object.key}: a # in a place picks splits. Rename the file to upload it.`);
  }
  if (format.name !== 'list') {
    const keys = [object.key, CLASS_LIST];
    return (await store.has(CLASS_LIST)) ? { root: store.root, key: object.key, keys } : undefined;
  }
  const list = await openList(store, object.key);
  return { root: list.store.root, key: list.key, keys: await keysOf(list) };
}

/** The list, the names of its classes, and the images that are there. */
async function keysOf(list: List): Promise<string[]> {
  const { store, key, columns, head } = list;
  const wanted = new Set([key, `${folderOfKey(key)}${CLASS_LIST}`]);
  let first = columns.header;
  for await (const { fields } of readTable(store, key, head)) {
    const path = first ? '' : (fields[columns.path] ?? '');
    first = false;
    if (path !== '' && isBelowRoot(list.keyOf(path))) wanted.add(list.keyOf(path));
  }
  const keys: string[] = [];
  for (const name of wanted) if (await store.has(name)) keys.push(name);
  return keys;
}
