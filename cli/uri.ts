import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { splitPattern } from '../core/data/pool/pattern.ts';
import { ConfigError, messageOf } from '../core/errors.ts';
import { folderOf } from '../core/store/uri.ts';

/**
 * What a person types for a place (a path, `s3://BUCKET/PREFIX` or `file:///PATH`) as a URI.
 * @param flag - named in the message
 * @throws ConfigError where a local path is not there or cannot be read
 */
export const toUri = async (text: string, flag: string): Promise<string> => {
  if (/^(s3|file):\/\//.test(text)) return text;
  const [path, fragment] = splitFragment(text);
  const absolute = resolve(path);
  try {
    await access(absolute, constants.R_OK);
  } catch (error) {
    throw new ConfigError(`${flag}: ${absolute} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
  return pathToFileURL(absolute).href + fragment;
};

/** The same for a place that need not be there yet. */
export const toNewUri = (text: string): string =>
  /^(s3|file):\/\//.test(text) ? text : pathToFileURL(resolve(text)).href;

/**
 * The same for a pool, which may be a pattern such as `shards/{000..031}.tar`: the folder before its first sign has to be there.
 * @throws ConfigError where a local path is not there or cannot be read
 */
export const toPoolUri = async (text: string, flag: string): Promise<string> => {
  const pattern =
    /^(s3|file):\/\//.test(text) || existsSync(text) ? undefined : splitPattern(pathToFileURL(resolve(text)).href);
  if (pattern === undefined) return toUri(text, flag);
  await toUri(folderOf(pattern.root), flag);
  return pathToFileURL(resolve(text)).href;
};

/** A path with the `#fragment` that picks rows or a column of a CSV; a file whose name holds a # is taken as it is. */
function splitFragment(text: string): [path: string, fragment: string] {
  const at = text.lastIndexOf('#');
  return at <= 0 || existsSync(text) ? [text, ''] : [text.slice(0, at), text.slice(at)];
}
