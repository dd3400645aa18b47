import { ClassName } from '../../contracts/names.ts';
import { ConfigError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { headText } from './text-table.ts';

/** The names of classes by their numbers, in the order that they are counted in. */
export interface ClassList {
  /** Where they stand, for messages. */
  readonly place: string;
  readonly byNumber: ReadonlyMap<number, string>;
  /** Numbers that say that the image shows none of them. */
  readonly none?: readonly number[];
}

export const CLASS_LIST = 'classes.txt';

/**
 * Reads `classes.txt`: a name a line, numbered from 0, or a number and a name on each (`1 surprise`).
 * @param folder - key of the folder, empty or with a slash at its end
 * @returns `undefined` where there is none
 * @throws ConfigError on a name that stands twice or cannot be one
 */
export async function readClassList(store: Store, folder: string): Promise<ClassList | undefined> {
  const bytes = await store.get(`${folder}${CLASS_LIST}`);
  if (bytes === undefined) return undefined;
  const lines = headText(bytes)
    .split(/[\r\n]+/)
    .map((line) => line.trim().normalize('NFC'))
    .filter((line) => line !== '');
  const numbered = lines.map((line) => /^(\d+)(?:\s*[,:;=\t]\s*|\s+)(\S.*)$/.exec(line));
  const pairs = numbered.every((match) => match !== null)
    ? numbered.map((match): [number, string] => [Number(match[1]), match[2]!])
    : [...lines.entries()];
  return classList(`${store.root}/${folder}${CLASS_LIST}`, pairs);
}

/** @throws ConfigError on a name or a number that stands twice, or a name that cannot be one */
export function classList(place: string, pairs: readonly (readonly [number, string])[]): ClassList {
  const byNumber = new Map(pairs);
  if (byNumber.size < pairs.length) throw new ConfigError(`${place} gives two names to one number.`);
  if (new Set(byNumber.values()).size < pairs.length) throw new ConfigError(`${place} names a class twice.`);
  const wrong = pairs.find(([, name]) => !ClassName.safeParse(name).success);
  if (wrong !== undefined)
    throw new ConfigError(`${place}: ${JSON.stringify(wrong[1])} cannot be the name of a class.`);
  return { place, byNumber };
}
