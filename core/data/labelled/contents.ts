import { pathToFileURL } from 'node:url';
import { hasObject, openStore } from '../../store/open.ts';
import { getUpTo } from '../../store/read.ts';
import type { Store } from '../../store/store.ts';
import { folderOf, splitFragment, splitObjectUri } from '../../store/uri.ts';
import { isHidden, isImage } from '../image-files.ts';

/** What lies at the place of a labelled set, looked up once for all formats. */
export interface Contents {
  /** Of the folder, or of the folder that the one object lies in. */
  readonly store: Store;
  /** Where the place is one object: its key and how it begins. */
  readonly object: { readonly key: string; readonly head: Buffer } | undefined;
  /** Where the place is a folder. */
  readonly folder: Folder;
  /** Keys of files that are no images but may say what images show, or hold them: the first ones. */
  readonly files: readonly string[];
}

/** Images that lie in a folder itself, and its folders by their names. */
export interface Folder {
  images: number;
  readonly folders: Map<string, Folder>;
}

/** Enough for the first row of any table that a person has. */
const HEAD_BYTES = 64 * 1024;
/** Folders below these are not told apart: nothing that can be read lies deeper. */
const MOST_DEPTH = 4;
const MOST_FILES = 10_000;
const TELLING = /\.(csv|tsv|txt|lst|list|jsonl|ndjson|tar|tgz|gz|zip|rec|parquet|arrow)$/i;

/**
 * Looks at a place: reads the beginning of an object, or lists a folder.
 * @param uri - with or without a `#fragment`
 * @throws ConfigError on a place that is missing or cannot be read
 */
export async function lookAt(uri: string): Promise<Contents> {
  const { uri: place } = splitFragment(uri);
  if (await hasObject(place)) {
    const { root, key } = splitObjectUri(place.startsWith('file:') ? pathToFileURL(folderOf(place)).href : place);
    const store = openStore(root);
    const head = (await getUpTo(store, key, HEAD_BYTES)).subarray(0, HEAD_BYTES);
    return { store, object: { key, head }, folder: emptyFolder(), files: [] };
  }
  const store = openStore(place);
  const folder = emptyFolder();
  const files: string[] = [];
  for await (const { key } of store.list('')) {
    if (isHidden(key)) continue;
    const parts = key.split('/');
    let at = folder;
    for (const name of parts.slice(0, Math.min(parts.length - 1, MOST_DEPTH))) {
      const below = at.folders.get(name) ?? emptyFolder();
      at.folders.set(name, below);
      at = below;
    }
    if (isImage(key)) at.images += 1;
    else if (TELLING.test(key) && files.length < MOST_FILES) files.push(key);
  }
  return { store, object: undefined, folder, files };
}

/** Images in a folder and below it. */
export function imagesBelow({ images, folders }: Folder): number {
  return [...folders.values()].reduce((sum, folder) => sum + imagesBelow(folder), images);
}

function emptyFolder(): Folder {
  return { images: 0, folders: new Map() };
}
