import { ConfigError, DataError } from '../../errors.ts';
import { isBelowRoot } from '../../store/file.ts';
import { openStore } from '../../store/open.ts';
import { getUpTo } from '../../store/read.ts';
import type { Store } from '../../store/store.ts';
import { splitObjectUri } from '../../store/uri.ts';
import { type ClassList, readClassList } from './class-list.ts';
import { shortened } from './class-of-label.ts';
import { type Columns, columnsOf } from './columns.ts';
import { type KnownList, knownListOf } from './known-lists.ts';
import { readTable, type TableRow } from './text-table.ts';

/** A list whose columns are known and whose images were found. */
export interface List {
  /** Below which the list and its images lie. */
  readonly store: Store;
  readonly key: string;
  readonly head: Buffer;
  readonly columns: Columns;
  readonly known: KnownList | undefined;
  /** The names of numbers, where anybody says them. */
  readonly classes: ClassList | undefined;
  /** The key of an image by the path that the list gives. */
  keyOf(path: string): string;
}

const HEAD_BYTES = 64 * 1024;
/** Rows whose images are looked for: a list in another place than its images is told before the run costs anything. */
const TRIED_ROWS = 5;

/** The first rows of a list and what its columns are. @throws ConfigError where they do not say what is an image */
export async function columnsOfList(
  store: Store,
  key: string,
): Promise<{ columns: Columns; rows: TableRow[]; head: Buffer }> {
  const head = await getUpTo(store, key, HEAD_BYTES);
  const rows: TableRow[] = [];
  for await (const row of readTable(store, key, head)) {
    rows.push(row);
    if (rows.length > TRIED_ROWS) break;
  }
  const place = `${store.root}/${key}`;
  if (rows[0] === undefined) throw new DataError(`${place} is empty.`);
  const columns = columnsOf(rows[0], place);
  if (columns === undefined || (columns.label === undefined && columns.votes.length === 0)) {
    const found = shortened(rows[0].fields.map((field) => (field.length > 30 ? `${field.slice(0, 30)}…` : field)));
    const needs = 'It needs a first line with path and label (or file_name, image, …; class, emotion, expression, …)';
    throw new ConfigError(
      `${place} has the columns ${found}. ${needs}, or is a CSV like fer2013.csv with emotion and pixels.`,
    );
  }
  return { columns, rows: columns.header ? rows.slice(1) : rows.slice(0, TRIED_ROWS), head };
}

/**
 * Opens a list of images: tells its columns, and where its images lie.
 * @param root - key of another folder that may hold `classes.txt`, empty or with a slash at its end
 * @throws ConfigError on columns that do not say which image shows what
 * @throws DataError where none of the first images is there
 */
export async function openList(store: Store, key: string, root?: string): Promise<List> {
  const { columns, rows, head } = await columnsOfList(store, key);
  const folder = folderOfKey(key);
  const known = rows[0] && knownListOf(columns, rows[0].fields);
  const own =
    (await readClassList(store, folder)) ?? (root === undefined ? undefined : await readClassList(store, root));
  const opened = { head, columns, known, classes: own ?? known?.classes };
  const paths = rows.map(({ fields }) => fields[columns.path] ?? '').filter((path) => path !== '');
  const tried: string[] = [];
  for (const [home, listKey] of homesOf(store, key, known)) {
    const above = folderOfKey(folderOfKey(listKey).slice(0, -1));
    const folders = new Set([
      ...(known?.folders ?? []).flatMap((name) => [`${above}${name}`, `${folderOfKey(listKey)}${name}`]),
      folderOfKey(listKey),
    ]);
    for (const start of folders) {
      tried.push(`${home.root}/${start}`);
      const file = await fileNamed(home, start, paths, known);
      if (file !== undefined) return { ...opened, store: home, key: listKey, keyOf: (path) => `${start}${file(path)}` };
    }
  }
  const first =
    paths[0] === undefined ? 'it names no image' : `none of its first images is there, e.g. "${shown(paths[0])}"`;
  throw new DataError(
    `${store.root}/${key}: ${first}; looked in ${shortened([...new Set(tried)])}. Paths are relative to the folder that the ` +
      `list lies in.${known?.hint ?? ''}`,
  );
}

/** A path as the list gives it, without `./` and with the slashes of a URI. */
export function tidyPath(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
}

/** `a/b/` of `a/b/c`, and nothing of `c`. */
export function folderOfKey(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

/** The images of some lists lie beside the list's own folder, so these are also looked at from one folder higher. */
function homesOf(store: Store, key: string, known: KnownList | undefined): (readonly [Store, string])[] {
  const own = [store, key] as const;
  if (known === undefined || known.folders.length === 0 || key.includes('/')) return [own];
  const { root, key: name } = splitObjectUri(store.root);
  return root === 's3:/' || root === 'file://' || name === '' ? [own] : [own, [openStore(root), `${name}/${key}`]];
}

async function fileNamed(
  store: Store,
  start: string,
  paths: readonly string[],
  known: KnownList | undefined,
): Promise<((path: string) => string) | undefined> {
  const names = (path: string): readonly string[] => known?.files(tidyPath(path)) ?? [tidyPath(path)];
  for (const path of paths) {
    for (const [variant, name] of names(path).entries()) {
      const key = `${start}${name}`;
      if (isBelowRoot(key) && (await store.has(key))) return (other) => names(other)[variant]!;
    }
  }
  return undefined;
}

function shown(path: string): string {
  return path.slice(0, 100);
}
