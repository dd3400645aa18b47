import type { ClassList } from './class-list.ts';
import type { Columns } from './columns.ts';
import { AFFECTNET_NUMBERS, FERPLUS_VOTES, RAF_NUMBERS } from './emotions.ts';

/** A list as its publisher lays it out: what its numbers mean, and where its images lie. */
export interface KnownList {
  readonly name: string;
  /** Whether a list is one, by its columns and its first row with an image. */
  is(columns: Columns, fields: readonly string[]): boolean;
  readonly classes: ClassList;
  /** Folders that may hold the images, seen from the folder above the list's own. */
  readonly folders: readonly string[];
  /** How a file may be called whose name the list gives. */
  files(path: string): readonly string[];
  /** What to give instead where the images are not there. */
  readonly hint?: string;
  /** The split of an image by its name. */
  split(path: string): string | undefined;
}

const RAF_NAME = /^(train|test)_\d+(_aligned)?\.(jpg|png)$/i;

/** Lists that say less than a reader needs; any other one is taken at its word. */
const KNOWN_LISTS: readonly KnownList[] = [
  {
    name: 'RAF-DB',
    is: ({ header, path }, fields) => !header && RAF_NAME.test(fields[path] ?? ''),
    classes: { place: 'RAF-DB', byNumber: RAF_NUMBERS },
    folders: ['Image/aligned/', 'aligned/'],
    // Labels are of the aligned faces; the list names the photos that they were cut out of.
    files: (path) => [path.replace(/(?:_aligned)?(\.\w+)$/, '_aligned$1'), path],
    split: (path) => RAF_NAME.exec(path)?.[1]?.toLowerCase(),
  },
  {
    name: 'AffectNet',
    is: ({ names }) => names.includes('subdirectoryfilepath'),
    classes: { place: 'AffectNet', byNumber: AFFECTNET_NUMBERS, none: [8, 9, 10] },
    folders: ['Manually_Annotated_Images/', 'Automatically_Annotated_Images/'],
    files: (path) => [path],
    split: () => undefined,
  },
  {
    name: 'FER+',
    is: ({ votes }) => votes.length > 0,
    classes: {
      place: 'FER+',
      byNumber: new Map([...FERPLUS_VOTES.values()].filter((name) => name !== undefined).entries()),
    },
    folders: [],
    hint: " FER+ keeps its images in FER2013Train, FER2013Valid and FER2013Test: give the folder that these lie in, after FER+'s own script has filled them.",
    files: (path) => [path],
    split: () => undefined,
  },
];

export function knownListOf(columns: Columns, fields: readonly string[]): KnownList | undefined {
  return KNOWN_LISTS.find((known) => known.is(columns, fields));
}
