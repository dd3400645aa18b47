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

/** Splits the URI of one object into its folder (or bucket and prefix) and its name. */
export const splitObjectUri = (uri: string): ObjectUri => {
  const at = uri.lastIndexOf('/');
  const name = uri.slice(at + 1);
  return { root: uri.slice(0, at), key: uri.startsWith('file:') ? decodeURIComponent(name) : name };
};

/** URI of a key below a store's root: local names are percent-encoded, S3 keys stand as they are. */
export const uriOf = (root: string, key: string): string =>
  root.startsWith('file:') ? pathToFileURL(`${folderOf(root)}/${key}`).href : `${root}/${key}`;
