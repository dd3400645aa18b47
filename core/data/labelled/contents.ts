import { pathToFileURL } from 'node:url';
import { DataError } from '../../errors.ts';
import { hasObject, openStore } from '../../store/open.ts';
import { getUpTo } from '../../store/read.ts';
import type { ListFault, Store } from '../../store/store.ts';
import { folderOf, splitFragment, splitObjectUri } from '../../store/uri.ts';
import { isHidden, isImage } from '../image-files.ts';
import { type ArchiveKind, openArchive } from './archive-store.ts';
import { holdsSamples, isTar } from './tar-samples.ts';

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
  /** Keys of all files that are not hidden, and of empty folders, in their order. */
  readonly keys: readonly string[];
  /** What cannot be listed. */
  readonly faults: readonly ListFault[];
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
/** More are no set that is labelled by hand and held in memory, but a pool. */
const MOST_IMAGES = 2_000_000;
const TELLING = /\.(csv|tsv|txt|lst|list|jsonl|ndjson|tar|tgz|gz|zip|rec|parquet|arrow)$/i;

/**
 * Looks at a place: reads the beginning of an object, or lists a folder or an archive of one.
 * @param uri - with or without a `#fragment`
 * @throws ConfigError on a place that is missing or cannot be read; DataError on a damaged archive
 */
export async function lookAt(uri: string): Promise<Contents> {
  const { uri: place } = splitFragment(uri);
  if (!(await hasObject(place))) return folderContents(openStore(place));
  const { root, key } = splitObjectUri(place.startsWith('file:') ? pathToFileURL(folderOf(place)).href : place);
  const store = openStore(root);
  const archive = archiveKindOf(key, await store.range(key, 0, 4));
  if (archive === 'zip' || (archive !== undefined && !(await holdsSamples(store, key)))) {
    const packed = await openArchive(store, key, archive);
    const contents = await folderContents(packed);
    const [only] = contents.files;
    // What is offered as fer2013.zip holds one table.
    return contents.keys.length === 1 && only !== undefined ? objectContents(packed, only) : contents;
  }
  return objectContents(store, key);
}

async function objectContents(store: Store, key: string): Promise<Contents> {
  const head = (await getUpTo(store, key, HEAD_BYTES)).subarray(0, HEAD_BYTES);
  return { store, object: { key, head }, folder: emptyFolder(), files: [], keys: [], faults: [] };
}

/** By its first bytes, and by its name, since other files begin like them: tables of Excel are zips. @param head - four bytes */
function archiveKindOf(key: string, head: Buffer): ArchiveKind | undefined {
  const start = head.toString('latin1');
  if (/\.zip$/i.test(key) && start.startsWith('PK')) return 'zip';
  if (!isTar(key)) return undefined;
  return start.startsWith('\x1f\x8b') ? 'tar.gz' : 'tar';
}

async function folderContents(store: Store): Promise<Contents> {
  const folder = emptyFolder();
  const files: string[] = [];
  const keys: string[] = [];
  const faults: ListFault[] = [];
  for await (const { key } of store.list('', (fault) => faults.push(fault))) {
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
    keys.push(key);
    if (keys.length > MOST_IMAGES) {
      throw new DataError(
        `${store.root} holds more than ${MOST_IMAGES} files, which is no set that fits into memory. Is it the pool?`,
      );
    }
  }
  return { store, object: undefined, folder, files, keys, faults };
}

/** Images in a folder and below it. */
export function imagesBelow({ images, folders }: Folder): number {
  return [...folders.values()].reduce((sum, folder) => sum + imagesBelow(folder), images);
}

function emptyFolder(): Folder {
  return { images: 0, folders: new Map() };
}
