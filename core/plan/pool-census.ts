import { refusedKindOf } from '../data/file-kinds.ts';
import { isHidden } from '../data/image-files.ts';
import { isJunk } from '../data/junk-files.ts';
import type { ListFault } from '../store/store.ts';

/** What of a pool is not read, as far as listing tells: how many of each kind, and one of them. */
export interface PassedOver {
  add(key: string): void;
  addFault(fault: ListFault): void;
  /** By what they are, the most frequent first. */
  readonly counts: Readonly<Record<string, number>>;
  /** `3 .txt, 2 hidden files`; empty where everything is read. */
  readonly words: string;
  /** What to do about kinds that hold images. */
  readonly remedies: readonly string[];
}

/** Kinds of files that are told apart; a pool of accidents may have any number of endings. */
const MOST_KINDS = 20;
const FAULTS: Readonly<Record<ListFault['why'], (key: string) => string>> = {
  forbidden: (key) => `${key.endsWith('/') ? 'folders' : 'files'} that may not be opened`,
  'name-not-utf-8': () => 'files whose names are not UTF-8',
  'leaves-folder': () => 'links that leave the folder',
};

/** Counts what a pool holds beside what is read of it. */
export const passedOver = (): PassedOver => {
  const counts = new Map<string, { count: number; example: string }>();
  const remedies = new Map<string, string>();
  const count = (kind: string, key: string): void => {
    const known = counts.has(kind) || counts.size < MOST_KINDS ? kind : 'others';
    const entry = counts.get(known) ?? { count: 0, example: key };
    entry.count += 1;
    counts.set(known, entry);
  };
  const sorted = (): [string, { count: number; example: string }][] =>
    [...counts].sort(([a, { count: m }], [b, { count: n }]) => n - m || (a < b ? -1 : 1));
  return {
    add(key) {
      // An empty folder is listed as one.
      if (key.endsWith('/')) return;
      count(kindIn(key), key);
      const remedy = refusedKindOf(key);
      if (remedy !== undefined && !isHidden(key)) remedies.set(remedy, key);
    },
    addFault: ({ key, why }) => count(FAULTS[why](key), key),
    get counts() {
      return Object.fromEntries(sorted().map(([kind, { count: number }]) => [kind, number]));
    },
    get words() {
      return sorted()
        .map(
          ([kind, { count: number, example }]) =>
            `${number} ${kind}${kind.startsWith('.') ? '' : ` (e.g. ${example})`}`,
        )
        .join(', ');
    },
    get remedies() {
      return [...remedies].map(([words, key]) => `${key} is ${words}.`);
    },
  };
};

function kindIn(key: string): string {
  if (isJunk(key)) return 'files of desktops and NAS boxes';
  if (isHidden(key)) return 'hidden files';
  const name = key.slice(key.lastIndexOf('/') + 1);
  const extension = /.\.([^.]{1,12})$/.exec(name)?.[1]?.toLowerCase();
  return extension === undefined ? 'files without an ending' : `.${extension}`;
}
