import { pathToFileURL } from 'node:url';
import picomatch from 'picomatch';
import { ConfigError } from '../../errors.ts';
import { folderOf } from '../../store/uri.ts';

/** The signs of a pattern; a single one of them may as well stand in a name. */
const SIGNS = /[*?]|\{[^{}]*(,|\.\.)[^{}]*\}|\[[^\]]+\]/;

/** A place with a pattern in it: from which folder on, and what below it is meant. */
export interface PoolPattern {
  readonly root: string;
  /** E.g. `shards/{000..031}.tar`. */
  readonly pattern: string;
  /** What all matches begin with. */
  readonly prefix: string;
}

/** Takes a URI apart before the first part with a sign of a pattern; `undefined` where there is none. */
export const splitPattern = (uri: string): PoolPattern | undefined => {
  const local = uri.startsWith('file:');
  const parts = (local ? folderOf(uri) : uri).split('/');
  // The bucket of s3://BUCKET is no part of a pattern.
  const at = parts.findIndex((part, index) => (local || index > 2) && SIGNS.test(part));
  if (at < 0) return undefined;
  const folder = parts.slice(0, at).join('/');
  const pattern = parts.slice(at).join('/').replace(/\/+$/, '');
  const prefix = pattern.slice(0, pattern.search(/[*?{[]/));
  return { root: local ? pathToFileURL(folder === '' ? '/' : folder).href : folder, pattern, prefix };
};

/**
 * Whether a key is meant by a pattern, itself or as a file of a folder that is: `*`, `**`, `?`, `[a-c]`, `{a,b}` and
 * `{000..031}`.
 * @throws ConfigError on a pattern that cannot be understood
 */
export const matcherOf = (pattern: string): ((key: string) => boolean) => {
  const matchers = [pattern, `${pattern}/**`].map((one) => numbered(one));
  return (key) => matchers.some((matches) => matches(key));
};

/** Ranges of numbers become digits that are looked at behind: thousands of alternatives would be slow. */
function numbered(pattern: string): (key: string) => boolean {
  const ranges: ((digits: string) => boolean)[] = [];
  const expandRange = (...range: unknown[]): string => {
    const [from = '', to = '', step = '1'] = range.filter((part): part is string => typeof part === 'string');
    if (/^[a-z]$/i.test(from) && /^[a-z]$/i.test(to)) return `[${[from, to].sort().join('-')}]`;
    if (!/^\d+$/.test(from) || !/^\d+$/.test(to)) {
      throw new ConfigError(`"${pattern}" cannot be understood: {${from}..${to}} is no range of numbers or letters.`);
    }
    const [low, high] = [Number(from), Number(to)].sort((a, b) => a - b) as [number, number];
    const padded = [from, to].some((end) => end.length > 1 && end.startsWith('0'));
    const every = Math.max(1, Math.abs(Number(step)) || 1);
    ranges.push((digits) => {
      const number = Number(digits);
      return number >= low && number <= high && (number - low) % every === 0;
    });
    return padded ? `([0-9]{${Math.max(from.length, to.length)}})` : '(0|[1-9][0-9]*)';
  };
  const expression = picomatch.makeRe(pattern, { expandRange, dot: true });
  if (!(expression instanceof RegExp)) throw new ConfigError(`"${pattern}" cannot be understood as a pattern.`);
  return (key) => {
    const [whole, ...digits] = expression.exec(key) ?? [];
    return whole !== undefined && ranges.every((holds, index) => holds(digits[index] ?? ''));
  };
}
