import { DataError } from '../../errors.ts';
import { shortened } from '../lists/class-of-label.ts';
import { type Contents, type Folder, imagesBelow } from './contents.ts';
import { splitKindOf } from './split-names.ts';

/** Folders that hold images of every class, by what they are called in the sets that people have. */
const NO_CLASS = /^(aligned|original|cropped|faces|images?|imgs?|pictures|photos|data|dataset|raw)$/i;
/** More classes than anybody labels by hand and calls by numbers. */
const MANY = 100;

/**
 * Tells on which level of a folder its class folders lie: at once, or below folders of splits.
 * @param named - what `classes.txt` lists: folders of these names are classes whatever they look like
 * @throws DataError where the folders are no classes, with what they seem to be and what to give instead
 */
export function levelOfClasses({ store, folder, files }: Contents, named: ReadonlySet<string>): 'class' | 'split' {
  const all = [...folder.folders].filter(([name]) => !named.has(name));
  const names = all.map(([name]) => name);
  if (folder.folders.size === 0 && (folder.images > 0 || files.length > 0)) throw withoutFolders();
  if (all.length === 0) return 'class';
  const splits = all.filter(([name]) => splitKindOf(name) !== undefined);
  if (splits.length === all.length && named.size === 0) {
    const held = splits.filter(([, below]) => imagesBelow(below) > 0);
    if (held.length > 0 && held.every(([, below]) => below.images === 0)) return 'split';
    throw refusal(`are splits of a set: ${listed(names)}`, 'they hold no class folders');
  }
  const withImages = all.filter(([, below]) => imagesBelow(below) > 0);
  const flat = splits.find(([, below]) => below.images > 0);
  if (flat !== undefined) {
    const others = names.filter((name) => splitKindOf(name) === undefined);
    throw refusal(`hold a split of a set, "${flat[0]}", beside ${listed(others)}`, undefined);
  }
  if (withImages.length > 0 && withImages.every(([name, below]) => NO_CLASS.test(name) && below.images > 0)) {
    throw refusal(`are no classes by their names: ${listed(withImages.map(([name]) => name))}`, undefined);
  }
  if (lookLikeShards(withImages)) {
    throw refusal(`look like parts of a set and not like classes: ${listed(names)}`, undefined);
  }
  return 'class';

  function withoutFolders(): DataError {
    const held = folder.images > 0 ? `${folder.images} images in no folder` : shortened(files, 4);
    const archive = files.find((key) => /\.(zip|tar|tar\.gz|tgz)$/i.test(key));
    const itself = archive === undefined ? '' : ` If ${archive} is the set, name it itself.`;
    return new DataError(
      `There are no class folders in ${store.root}: it holds ${held}. Put the images of each class into a folder of its own, or give ` +
        `a list of paths and labels.${itself}`,
    );
  }

  function refusal(what: string, more: string | undefined): DataError {
    const lists = files.filter((key) => /\.(csv|tsv|jsonl|txt)$/i.test(key));
    const beside =
      lists.length === 0 ? '' : ` Beside them lie ${shortened(lists, 4)}: does one say what each image shows?`;
    return new DataError(
      `The folders in ${store.root} ${what}${more === undefined ? '' : `, and ${more}`}.${beside} Give the folder that holds the ` +
        'class folders, or a list of paths and labels. If they are classes all the same, name them in a classes.txt there, one a ' +
        'line.',
    );
  }
}

function listed(names: readonly string[]): string {
  return shortened(
    names.map((name) => `"${name}"`),
    8,
  );
}

/** Numbers such as 00000, 00001 or 100, 101: no classes that somebody counts from 0 or 1. */
function lookLikeShards(folders: readonly (readonly [string, Folder])[]): boolean {
  const names = folders.map(([name]) => name);
  if (names.length < 2 || !names.every((name) => /^\d+$/.test(name))) return false;
  const numbers = names.map(Number);
  return names.length > MANY || names.some((name) => /^0\d\d/.test(name)) || Math.min(...numbers) >= 10;
}
