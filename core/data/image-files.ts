import { isJunk } from './junk-files.ts';

/** An encoding of images that can be read. */
interface ImageCodec {
  readonly name: string;
  /** Of file names, in lower case. */
  readonly extensions: readonly string[];
  /** Whether a file is one, by its first bytes. */
  matches(bytes: Buffer): boolean;
}

/** Everything that may reach a decoder: one more is one more entry, provided that the decoder knows it. */
const CODECS: readonly ImageCodec[] = [
  { name: 'PNG', extensions: ['png', 'apng'], matches: (bytes) => startsWith(bytes, '\x89PNG\r\n\x1a\n') },
  {
    name: 'JPEG',
    extensions: ['jpg', 'jpeg', 'jpe', 'jfif', 'jif', 'jfi', 'pjpeg', 'pjp'],
    matches: (bytes) => startsWith(bytes, '\xff\xd8\xff'),
  },
  {
    name: 'WebP',
    extensions: ['webp'],
    matches: (bytes) => startsWith(bytes, 'RIFF') && startsWith(bytes.subarray(8), 'WEBP'),
  },
  { name: 'GIF', extensions: ['gif'], matches: (bytes) => startsWith(bytes, 'GIF8') },
  {
    name: 'TIFF',
    extensions: ['tif', 'tiff'],
    matches: (bytes) => startsWith(bytes, 'II*\0') || startsWith(bytes, 'MM\0*'),
  },
  { name: 'AVIF', extensions: ['avif'], matches: (bytes) => hasBrand(bytes, ['avif', 'avis']) },
];

/** Kinds of images that cannot be read, so that they are refused by name instead of overlooked. */
const FOREIGN: readonly ImageCodec[] = [
  { name: 'BMP', extensions: ['bmp', 'dib'], matches: (bytes) => startsWith(bytes, 'BM') && isZero(bytes, 6, 10) },
  {
    name: 'HEIC',
    extensions: ['heic', 'heif'],
    matches: (bytes) => hasBrand(bytes, ['heic', 'heix', 'hevc', 'mif1', 'msf1']),
  },
  {
    name: 'JPEG XL',
    extensions: ['jxl'],
    matches: (bytes) => startsWith(bytes, '\xff\x0a') || startsWith(bytes, '\0\0\0\x0cJXL '),
  },
  {
    name: 'JPEG 2000',
    extensions: ['jp2', 'j2k', 'jpx'],
    matches: (bytes) => startsWith(bytes, '\0\0\0\x0cjP  ') || startsWith(bytes, '\xff\x4f\xff\x51'),
  },
  {
    name: 'PNM',
    extensions: ['pgm', 'ppm', 'pbm', 'pnm'],
    matches: (bytes) => /^P[1-7][\s#]/.test(bytes.toString('latin1', 0, 3)),
  },
  { name: 'ICO', extensions: ['ico'], matches: (bytes) => startsWith(bytes, '\0\0\x01\0') },
  { name: 'PSD', extensions: ['psd'], matches: (bytes) => startsWith(bytes, '8BPS') },
  {
    name: 'SVG',
    extensions: ['svg', 'svgz'],
    matches: (bytes) => /^\s*(<\?xml[^>]*>\s*)?(<!--[^>]*>\s*)?<svg/i.test(bytes.toString('latin1', 0, 512)),
  },
];

const IMAGE_NAME = nameOf([...CODECS, ...FOREIGN]);
const READABLE_NAME = nameOf(CODECS);

/** Ends of names that no image has, so that nothing is opened to find that out. */
const OTHER_NAME = new RegExp(
  `\\.(${[
    'txt|md|rst|json|jsonl|ndjson|csv|tsv|xml|html?|ya?ml|toml|ini|cfg|conf|log|tex|bib|pdf|docx?|xlsx?|pptx?|odt|ods|url',
    'py|pyc|ipynb|m?[jt]s|css|sh|bat|c|h|cc|cpp|hpp|java|class|go|rs|r|jl|lua|sql|exe|dll|so',
    'mp4|avi|mov|mkv|webm|mpe?g|wmv|m4v|mp3|wav|flac|ogg|m4a|srt|vtt',
    'tar|tgz|gz|bz2|tbz2?|xz|txz|zst|zip|7z|rar|rec|idx|lst|parquet|arrow|feather|orc|avro|tfrecords?',
    'npy|npz|mat|pkl|pickle|joblib|h5|hdf5?|lmdb|mdb|db|sqlite3?|bin|dat|pts?|pth|ckpt|safetensors|onnx|pb|tflite',
    'cls|cls2|index|id|caption|md5|sha1|sha256|sha512|crc|sig|asc|torrent|lock|ttf|otf|woff2?',
  ].join('|')})$`,
  'i',
);
const OTHER_FILE =
  /^(readme|licen[cs]e|copying|notice|authors|changelog|citation|makefile|dockerfile|property|manifest|_success|(md5|sha\d+)sums?)$/i;

/** What a file's name says: surely an image (readable or not), surely none, or nothing. */
export type NameKind = 'image' | 'other' | 'unknown';

/** @param path - of a file, with `/` between its parts */
export function kindOfName(path: string): NameKind {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (IMAGE_NAME.test(name)) return 'image';
  return name === '' || OTHER_NAME.test(name) || OTHER_FILE.test(name) ? 'other' : 'unknown';
}

/** Whether a file's name is that of an encoding that is read. */
export function isReadableName(path: string): boolean {
  return READABLE_NAME.test(path);
}

/** The encoding of a file by its first bytes, or `undefined` where it is none that can be read. */
export function codecOf(bytes: Buffer): string | undefined {
  return CODECS.find((codec) => codec.matches(bytes))?.name;
}

/** What the name of such a file ends in, without the dot. */
export function extensionOf(bytes: Buffer): string | undefined {
  return CODECS.find((codec) => codec.matches(bytes))?.extensions[0];
}

/** An encoding of images that is known and not read, e.g. `BMP`. */
export function foreignCodecOf(bytes: Buffer): string | undefined {
  return FOREIGN.find((codec) => codec.matches(bytes))?.name;
}

/** `PNG, JPEG or WebP` */
export function codecNames(word: 'or' | 'nor' = 'or'): string {
  const names = CODECS.map(({ name }) => name);
  return `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}

/** A part of the path starts with a dot, or a desktop or a NAS has put it there. */
export function isHidden(path: string): boolean {
  return isJunk(path) || path.split('/').some((part) => part.startsWith('.') && part !== '.');
}

/** A file of a folder that its name calls an image, readable or not. */
export function isImage(path: string): boolean {
  return kindOfName(path) === 'image' && !isHidden(path);
}

/** The same, or a file whose name says nothing: the reader looks at its first bytes. */
export function mayBeImage(path: string): boolean {
  return kindOfName(path) !== 'other' && !isHidden(path);
}

/** Web sites and their mirrors hang sizes behind the extension: `a.jpg_large`, `a.jpg!d`, `a.jpg:large`, `a.jpeg?w=200`. */
function nameOf(codecs: readonly ImageCodec[]): RegExp {
  const endings = codecs.flatMap(({ extensions }) => extensions).join('|');
  return new RegExp(`\\.(${endings})(\\?[^/]*|[!:_@&~][^/.]*)?$`, 'i');
}

function startsWith(bytes: Buffer, signature: string): boolean {
  return bytes.toString('latin1', 0, signature.length) === signature;
}

function isZero(bytes: Buffer, from: number, to: number): boolean {
  return bytes.length >= to && bytes.subarray(from, to).every((byte) => byte === 0);
}

/** Of an ISO media file: its own brand, or one that it says it is compatible with. */
function hasBrand(bytes: Buffer, brands: readonly string[]): boolean {
  if (bytes.length < 12 || !startsWith(bytes.subarray(4), 'ftyp')) return false;
  const end = Math.min(bytes.readUInt32BE(0), bytes.length, 64);
  const found = [bytes.toString('latin1', 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) found.push(bytes.toString('latin1', at, at + 4));
  return brands.some((brand) => found.includes(brand));
}
