/** Folders of desktops, file systems and NAS boxes: thumbnails, waste baskets, indices. */
const JUNK_FOLDERS = new Set([
  '__macosx',
  '@eadir',
  '#recycle',
  '#snapshot',
  '@recycle',
  '@recently-snapshot',
  '@__thumb',
  '$recycle.bin',
  'recycler',
  'system volume information',
  'lost+found',
  '.trashes',
  '.spotlight-v100',
  '.fseventsd',
  '.ipynb_checkpoints',
]);

const JUNK_FILES = new Set(['.ds_store', 'thumbs.db', 'ehthumbs.db', 'desktop.ini', 'icon\r', '.localized']);

/** What a desktop or a NAS has put beside the files of a person, by its name: never an image of theirs. */
export function isJunk(path: string): boolean {
  const parts = path.toLowerCase().split('/');
  const name = parts.at(-1)!;
  // macOS keeps what other file systems cannot hold in `._NAME`.
  return name.startsWith('._') || JUNK_FILES.has(name) || parts.some((part) => JUNK_FOLDERS.has(part));
}
