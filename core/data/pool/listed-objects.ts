import { posix } from 'node:path';
import { parse } from 'csv-parse/sync';
import { ConfigError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { folderOf, resolveKey, uriOf } from '../../store/uri.ts';
import { kindOfName } from '../image-files.ts';
import { linesOf } from '../lines.ts';
import { namedFormatOf } from './registry.ts';

/** A line of a list: the store that its object lies in, by its root, and where in there. */
export interface ListedObject {
  readonly root: string;
  readonly key: string;
  /** In the list, counted from 1. */
  readonly line: number;
}

/** A path is no longer. */
const MOST_LINE = 64 * 1024;
const PATH_COLUMNS = ['file', 'path', 'uri', 'url', 'image', 'file_name', 'filename', 'filepath', 'image_path', 'key'];

/** Whether a file that a URI names may be a list of images or archives. */
export const isListName = (key: string): boolean => /\.(txt|lst|csv)$/i.test(key);

/** Whether it is one, by its first bytes: rows of pixels are images themselves. */
export const isList = (key: string, head: Buffer): boolean =>
  isListName(key) && !/^[^\n]*\bpixels\b/i.test(head.toString('latin1'));

/**
 * The images and archives of a list, in its order: a path a line, or a table with a column of paths (`file`, `path`, …). Paths
 * are meant from the list's own folder; what begins with # is passed over.
 * @throws ConfigError on a line that names nothing which can be read
 */
export async function* listedObjects(store: Store, key: string): AsyncGenerator<ListedObject> {
  const isCsv = /\.csv$/i.test(key);
  const uri = uriOf(store.root, key);
  let line = 0;
  let column: number | undefined;
  for await (const { bytes } of linesOf(store, key, 0, Number.POSITIVE_INFINITY, MOST_LINE)) {
    line += 1;
    if (bytes === undefined) throw new ConfigError(`${uri} is no list of paths: line ${line} is too long for one.`);
    const text = bytes
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .trim();
    if (text === '' || text.startsWith('#')) continue;
    const fields = fieldsOf(text, isCsv).map((field) => field.trim());
    if (column === undefined && line === 1) {
      const named = fields.findIndex((name) => PATH_COLUMNS.includes(name.toLowerCase()));
      if (named >= 0) {
        column = named;
        continue;
      }
    }
    const path = column === undefined ? pathIn(fields) : fields[column];
    if (path === undefined || path === '') {
      const given = text.length > 80 ? `${text.slice(0, 80)}…` : text;
      const known = isCsv ? `; a column called ${PATH_COLUMNS.slice(0, 5).join(', ')} would be` : '';
      throw new ConfigError(`${uri} line ${line} names no image and no archive${known}. Received "${given}".`);
    }
    yield { ...placeOf(store.root, key, path, `${uri} line ${line}`), line };
  }
}

function fieldsOf(text: string, isCsv: boolean): string[] {
  if (!isCsv) return text.split('\t');
  try {
    return (parse(text, { relax_column_count: true, relax_quotes: true }) as string[][])[0] ?? [];
  } catch {
    return text.split(',');
  }
}

/** The field that looks most like a path; labels may stand behind it, with a space between. */
function pathIn(fields: readonly string[]): string | undefined {
  const isPath = (text: string): boolean => kindOfName(text) === 'image' || namedFormatOf(text) !== undefined;
  const found = fields.find(isPath);
  if (found !== undefined || fields.length > 1) return found;
  const [text = ''] = fields;
  return /^(.*\S)\s+[\d.,-]+$/.exec(text)?.[1] ?? text;
}

function placeOf(root: string, list: string, path: string, where: string): Omit<ListedObject, 'line'> {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(path)?.[1]?.toLowerCase();
  if (scheme === 's3') {
    const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/i.exec(path) ?? [];
    if (bucket !== '') return { root: `s3://${bucket}`, key };
  }
  if (scheme !== undefined && scheme !== 'file') {
    const known = 's3:// or a path of this machine';
    throw new ConfigError(
      `${where}: "${path.slice(0, 200)}" cannot be read, only ${known}. Download it before, e.g. with img2dataset.`,
    );
  }
  const wanted = scheme === 'file' ? folderOf(path) : path;
  if (!root.startsWith('file:')) {
    if (wanted.startsWith('/'))
      throw new ConfigError(`${where}: "${path.slice(0, 200)}" is a path of some machine, not of S3.`);
    return belowBucket(root, list, wanted, where);
  }
  const folder = folderOf(root);
  const absolute = posix.resolve(folder, posix.dirname(list), wanted);
  const below = `${folder.replace(/\/+$/, '')}/`;
  return absolute.startsWith(below)
    ? { root, key: absolute.slice(below.length) }
    : { root: 'file:///', key: absolute.slice(1) };
}

/** A path may lead out of the list's folder, and not out of its bucket. */
function belowBucket(root: string, list: string, path: string, where: string): Omit<ListedObject, 'line'> {
  const [, bucket = '', prefix] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(root) ?? [];
  const below = prefix === undefined ? '' : `${prefix}/`;
  const key = resolveKey(`${below}${list.slice(0, list.lastIndexOf('/') + 1)}`, path);
  if (key === undefined) throw new ConfigError(`${where}: the path leads out of the bucket ${bucket}.`);
  return key.startsWith(below) ? { root, key: key.slice(below.length) } : { root: `s3://${bucket}`, key };
}
