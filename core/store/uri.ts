import { fileURLToPath, pathToFileURL } from 'node:url';
import { ConfigError } from '../errors.ts';

/** One object: its store's URI and its key in there. */
export interface ObjectUri {
  readonly root: string;
  readonly key: string;
}

/** Takes the part after the first `#` off; it picks rows or a column and is no part of the place. */
export const splitFragment = (uri: string): { readonly uri: string; readonly fragment?: string } => {
  const at = uri.indexOf('#');
  return at < 0 ? { uri } : { uri: uri.slice(0, at), fragment: decodeURIComponent(uri.slice(at + 1)) };
};

/**
 * The folder that a `file:///` URI names, as a path of this machine.
 * @throws ConfigError on a URI that names no local path
 */
export const folderOf = (uri: string): string => {
  try {
    return fileURLToPath(uri);
  } catch (cause) {
    throw new ConfigError(`${uri} is not a file:/// URI of this machine.`, { cause });
  }
};

/**
 * Splits the URI of one object into its folder (or bucket and prefix) and its name. In S3 an empty part is a part like others:
 * of `s3://b/t//u.tar` the key below `s3://b/t` is `/u.tar`.
 */
export const splitObjectUri = (uri: string): ObjectUri => {
  const [, folder, slashes, last] = /^(s3:\/\/[^/]+(?:\/.*?)??)(\/+)([^/]*)$/.exec(uri) ?? [];
  if (folder !== undefined) return { root: folder, key: `${slashes!.slice(1)}${last}` };
  const at = uri.lastIndexOf('/');
  const name = uri.slice(at + 1);
  return { root: uri.slice(0, at), key: uri.startsWith('file:') ? decodeURIComponent(name) : name };
};

/**
 * The key that a path of a list means, from the list's own folder: `.` and `..` are steps, an empty part is a part.
 * @param folder - key of the folder, empty or with a slash at its end
 * @returns `undefined` where the path leads out of the bucket
 */
export const resolveKey = (folder: string, path: string): string | undefined => {
  const parts = folder.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
};

/** URI of a key below a store's root: local names are percent-encoded, S3 keys stand as they are. */
export const uriOf = (root: string, key: string): string =>
  root.startsWith('file:') ? pathToFileURL(`${folderOf(root)}/${key}`).href : `${root}/${key}`;
