/** A kind of file that people keep images in, or that stands where an image, a list or an archive should be. */
interface FileKind {
  /** To follow "is". */
  readonly name: string;
  /** What to do about it. */
  readonly instead?: string;
  /** What it begins with. */
  readonly starts?: readonly (string | RegExp)[];
  /** Of names, in lower case. */
  readonly extensions?: readonly string[];
  /** It holds no images: nobody has to be told that it is not read. */
  readonly noImages?: boolean;
}

const UNPACK = 'unpack it, or pack it with gzip';

const KINDS: readonly FileKind[] = [
  {
    name: 'a Git LFS pointer, not the file itself',
    instead: 'run git lfs pull',
    starts: ['version https://git-lfs'],
  },
  { name: 'a web page', instead: 'the download has failed', starts: [/^\s*(<!doctype html|<html)/i] },
  { name: 'XML', starts: [/^\s*<\?xml/i] },
  { name: 'JSON or the like', starts: [/^\s*[{[]/] },
  { name: 'a tar', instead: 'unpack it, or call it .tar', starts: [/^[\s\S]{257}ustar/] },
  { name: 'an Excel table', instead: 'save it as CSV', extensions: ['xls', 'xlsx'], noImages: true },
  {
    name: 'NumPy',
    instead: 'write its images out: Image.fromarray(array).save("0.png") for array in np.load("x.npz")["images"]',
    starts: ['\x93NUMPY'],
    extensions: ['npy', 'npz'],
  },
  { name: 'gzip', instead: 'unpack it', starts: ['\x1f\x8b'], extensions: ['gz'] },
  { name: 'a zip', instead: 'unpack it, or call it .zip', starts: ['PK\x03\x04', 'PK\x05\x06'] },
  { name: 'packed with zstd', instead: UNPACK, starts: ['(\xb5\x2f\xfd'], extensions: ['zst'] },
  { name: 'packed with bzip2', instead: UNPACK, starts: [/^BZh[1-9]/], extensions: ['bz2', 'tbz', 'tbz2'] },
  { name: 'packed with xz', instead: UNPACK, starts: ['\xfd7zXZ'], extensions: ['xz', 'txz'] },
  { name: 'a 7z archive', instead: 'unpack it', starts: ['7z\xbc\xaf'], extensions: ['7z'] },
  { name: 'a rar archive', instead: 'unpack it', starts: ['Rar!'], extensions: ['rar'] },
  { name: 'a PDF', starts: ['%PDF'] },
  {
    name: 'HDF5',
    instead: 'write its images out, e.g. with h5py: Image.fromarray(array).save("0.png")',
    starts: ['\x89HDF'],
    extensions: ['h5', 'hdf5', 'hdf'],
  },
  {
    name: 'MATLAB',
    instead: 'write its images out, e.g. with scipy.io.loadmat and Pillow',
    starts: ['MATLAB 5'],
    extensions: ['mat'],
  },
  { name: 'a pickle', instead: 'write its images out, e.g. with Pillow', extensions: ['pkl', 'pickle', 'joblib'] },
  {
    name: 'LMDB',
    instead:
      'write its values out: for key, value in environment.begin().cursor(), as files or with webdataset.TarWriter',
    extensions: ['mdb', 'lmdb'],
  },
  {
    name: 'TFRecord',
    instead: 'write its images out, e.g. with tf.io.write_file',
    extensions: ['tfrecord', 'tfrecords'],
  },
  {
    name: 'Arrow',
    instead: 'write Parquet: datasets.load_from_disk("x").to_parquet("x.parquet")',
    starts: ['ARROW1'],
    extensions: ['arrow', 'feather'],
  },
  { name: 'Parquet', instead: 'call it .parquet', starts: ['PAR1'] },
  { name: 'what macOS keeps beside a file', starts: ['\0\x05\x16\x07'] },
  {
    name: 'a film',
    instead: 'take images out of it: ffmpeg -i film.mp4 -vf fps=1 pool/%06d.png',
    extensions: ['mp4', 'avi', 'mov', 'mkv', 'webm', 'mpg', 'mpeg'],
  },
];

/** What files begin with stands here; the magic of a tar is the last. */
const LOOKED_AT = 512;

/** What a file is by its first bytes and what to do about it, to follow "is", e.g. `gzip; unpack it`. */
export function kindByBytes(head: Buffer): string | undefined {
  const text = head.toString('latin1', 0, LOOKED_AT);
  const begins = (start: string | RegExp): boolean =>
    typeof start === 'string' ? text.startsWith(start) : start.test(text);
  return wordsOf(
    KINDS.find(({ starts }) => starts?.some(begins)),
    '; ',
  );
}

/** What a file is by its name, images or none. */
export function kindByName(key: string): string | undefined {
  return wordsOf(named(key), '; ');
}

/** What a file with images is by its name and what to do about it, e.g. `HDF5, which is not read; …`; `undefined` for all others. */
export function refusedKindOf(key: string): string | undefined {
  const kind = named(key);
  return kind?.noImages === true ? undefined : wordsOf(kind, ', which is not read; ');
}

function named(key: string): FileKind | undefined {
  const extension = /\.([^./]+)$/.exec(key)?.[1]?.toLowerCase() ?? '';
  return KINDS.find(({ extensions }) => extensions?.includes(extension));
}

function wordsOf(kind: FileKind | undefined, joint: string): string | undefined {
  return kind && `${kind.name}${kind.instead === undefined ? '' : `${joint}${kind.instead}`}`;
}
