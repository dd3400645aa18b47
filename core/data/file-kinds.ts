import { codecOf } from './image-files.ts';

/** What files begin with, or what their names end in, and what to do with one that is not read. */
const KINDS: readonly {
  readonly words: string;
  readonly starts?: string;
  readonly name?: RegExp;
  readonly wraps?: boolean;
}[] = [
  {
    words: 'a git-lfs pointer: fetch the file itself with `git lfs pull`',
    starts: 'version https://git-lfs',
    wraps: true,
  },
  { words: 'gzip: unpack it first', starts: '\x1f\x8b', wraps: true },
  { words: 'zip: unpack it first', starts: 'PK\x03\x04', wraps: true },
  { words: '7z: unpack it first', starts: '7z\xbc\xaf' },
  { words: 'RAR: unpack it first', starts: 'Rar!' },
  { words: 'HDF5: write its images to class folders first', starts: '\x89HDF' },
  { words: 'NumPy: write its images to class folders first', starts: '\x93NUMPY' },
  { words: 'Parquet without the extension .parquet: rename it', starts: 'PAR1' },
  { words: 'MXNet RecordIO: write its images to class folders first', name: /\.rec$/i },
  { words: 'NumPy: write its images to class folders first', name: /\.np[yz]$/i },
  { words: 'LMDB: write its images to class folders first', name: /\.(mdb|lmdb)$/i },
  { words: 'MATLAB: write its images to class folders first', name: /\.mat$/i },
  { words: 'Arrow: write it as Parquet first', name: /\.(arrow|feather)$/i },
  { words: 'an Excel table: save it as CSV', name: /\.xlsx?$/i },
];

/** What stands in a file whose name promises something else: a pointer, or something packed. */
export function wrappedKind(head: Buffer): string | undefined {
  const start = head.toString('latin1', 0, 40);
  return KINDS.find(({ starts, wraps }) => wraps === true && start.startsWith(starts!))?.words;
}

/** What a file that no format reads is, in words that say what to do with it. */
export function kindOfFile(key: string, head: Buffer): string {
  const codec = codecOf(head);
  if (codec !== undefined) return `a single image, ${codec}`;
  const start = head.toString('latin1', 0, 40);
  const kind = KINDS.find(({ starts, name }) => (starts !== undefined && start.startsWith(starts)) || name?.test(key));
  if (kind !== undefined) return kind.words;
  const extension = /\.\w{1,10}$/.exec(key)?.[0];
  return extension === undefined ? 'of a name without extension' : `of the kind ${extension}`;
}
