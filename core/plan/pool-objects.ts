import { refusedKindOf } from '../data/file-kinds.ts';
import { isList, listedObjects } from '../data/pool/listed-objects.ts';
import { matcherOf, type PoolPattern, splitPattern } from '../data/pool/pattern.ts';
import type { PoolObject } from '../data/pool/pool-format.ts';
import { namedFormatOf, POOL_FORMS } from '../data/pool/registry.ts';
import { HEAD_BYTES, isReadable, refusalOf } from '../data/refusal.ts';
import { ConfigError, DataError } from '../errors.ts';
import { hasObject, openStore } from '../store/open.ts';
import type { ListFault, Store } from '../store/store.ts';
import { splitFragment, splitObjectUri, uriOf } from '../store/uri.ts';
import { passedOver } from './pool-census.ts';

/** An object of a pool, and the store that it lies in. */
export interface PlacedObject extends PoolObject {
  readonly store: Store;
  /** A list names it: what is hidden in a folder is meant here. */
  readonly listed?: boolean;
}

/** A pool before anything is known of its formats. */
export interface PoolPlace {
  /** For messages. */
  readonly name: string;
  /** In a fixed order. @param onFault - told of what cannot be listed */
  objects(onFault: (fault: ListFault) => void): AsyncIterable<PlacedObject>;
}

/** So many images of a list are looked for before it is believed. */
const LOOKED_FOR = 20;

/**
 * What a pool's URI means: a folder, an archive, a list, or a pattern; a folder that has the very name goes before a pattern.
 * @throws ConfigError on a file that is no pool, with what it is; DataError where there is no such archive
 */
export const openPool = async (uri: string): Promise<PoolPlace> => {
  // Names of folders may hold a #, too.
  const { uri: place, fragment } = /\.csv#/i.test(uri) ? splitFragment(uri) : { uri, fragment: undefined };
  if (await hasObject(place)) return namedObject(place, fragment);
  const pattern = splitPattern(place);
  if (pattern !== undefined && !(await isFolder(place))) return matching(place, pattern);
  if (namedFormatOf(splitObjectUri(place).key) !== undefined && !(await isFolder(place))) {
    throw new DataError(`There is no ${place}.`);
  }
  return folder(openStore(place));
};

function matching(name: string, { root, pattern, prefix }: PoolPattern): PoolPlace {
  const store = openStore(root);
  const matches = matcherOf(pattern);
  return {
    name,
    async *objects(onFault) {
      let any = false;
      for await (const object of store.list(prefix, onFault)) {
        if (!matches(object.key)) continue;
        any = true;
        yield { store, ...object };
      }
      if (!any) throw await nothingMatches(store, pattern);
    },
  };
}

/** Looked at in a place where nothing matches, to say what is there. */
const MOST_LISTED = 10_000;

async function nothingMatches(store: Store, pattern: string): Promise<DataError> {
  const there = passedOver();
  let listed = 0;
  for await (const { key } of store.list('', () => undefined)) {
    if (listed++ === MOST_LISTED) break;
    there.add(key);
  }
  const holds = there.words === '' ? 'is empty' : `holds ${listed > MOST_LISTED ? 'among others ' : ''}${there.words}`;
  return new DataError(`Nothing in ${store.root} matches "${pattern}"; it ${holds}.`);
}

/** A store whose root is the pool. */
export const folder = (store: Store): PoolPlace => ({
  name: store.root,
  async *objects(onFault) {
    for await (const object of store.list('', onFault)) yield { store, ...object };
  },
});

async function isFolder(uri: string): Promise<boolean> {
  try {
    for await (const _ of openStore(uri).list('', () => undefined)) return true;
  } catch (error) {
    // There is no such folder; one that cannot be read is told when it is listed.
    if (!(error instanceof ConfigError)) throw error;
  }
  return false;
}

async function namedObject(uri: string, fragment: string | undefined): Promise<PoolPlace> {
  const { root, key } = splitObjectUri(uri);
  const store = openStore(root);
  const size = (await store.size(key)) ?? 0;
  const head = await store.range(key, 0, HEAD_BYTES);
  if (fragment === undefined && isList(key, head)) {
    return { name: uri, objects: () => placedOf(store, key) };
  }
  if (namedFormatOf(key) !== undefined) {
    const object = { store, key, size, named: { fragment } };
    return {
      name: uri,
      async *objects() {
        yield object;
      },
    };
  }
  throw new ConfigError(`${uri} is ${kindOf(key, head)}. A pool is ${POOL_FORMS}.`);
}

/** What a file is that is no pool. */
function kindOf(key: string, head: Buffer): string {
  const kind = refusedKindOf(key);
  if (kind !== undefined) return kind;
  if (isReadable(head)) return 'a single image; name the folder that it lies in';
  const refusal = refusalOf(head);
  return refusal?.reason === 'no-image' ? `a file of another kind: it ${refusal.detail}` : 'a file of another kind';
}

/** The objects of a list. @throws ConfigError where an archive is missing, or none of the first images is there */
async function* placedOf(list: Store, key: string): AsyncGenerator<PlacedObject> {
  const stores = new Map([[list.root, list]]);
  const missing: string[] = [];
  let found = false;
  for await (const { root, key: listed, line } of listedObjects(list, key)) {
    const store = stores.get(root) ?? openStore(root);
    stores.set(root, store);
    const isArchive = namedFormatOf(listed) !== undefined;
    const size = isArchive || !found ? await store.size(listed) : 0;
    if (size === undefined && isArchive) {
      throw new ConfigError(`${uriOf(list.root, key)} line ${line}: there is no ${uriOf(root, listed)}.`);
    }
    if (size === undefined) missing.push(uriOf(root, listed));
    else found = true;
    if (!found && missing.length === LOOKED_FOR) break;
    yield { store, key: listed, size: size ?? 0, listed: true };
  }
  if (!found && missing.length > 0) {
    throw new ConfigError(
      `${uriOf(list.root, key)}: none of the first ${missing.length} images is there, e.g. ${missing[0]}. Paths are meant from the list's own folder.`,
    );
  }
}
