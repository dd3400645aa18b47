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
  { name: 'PNG', extensions: ['png'], matches: (bytes) => startsWith(bytes, '\x89PNG\r\n\x1a\n') },
  { name: 'JPEG', extensions: ['jpg', 'jpeg'], matches: (bytes) => startsWith(bytes, '\xff\xd8\xff') },
  {
    name: 'WebP',
    extensions: ['webp'],
    matches: (bytes) => startsWith(bytes, 'RIFF') && startsWith(bytes.subarray(8), 'WEBP'),
  },
];

/** Kinds of images that cannot be read, listed so that they are rejected by name instead of overlooked. */
const REJECTED = ['gif', 'bmp', 'tif', 'tiff', 'svg', 'avif', 'heic', 'heif', 'pgm', 'ppm', 'jp2'];

const READABLE = CODECS.flatMap(({ extensions }) => extensions);
const READABLE_NAME = nameEndingIn(READABLE);
const IMAGE_NAME = nameEndingIn([...READABLE, ...REJECTED]);

/** The encoding of a file by its first bytes, or `undefined` where it is none that can be read. */
export function codecOf(bytes: Buffer): string | undefined {
  return CODECS.find((codec) => codec.matches(bytes))?.name;
}

/** `PNG, JPEG or WebP` */
export function codecNames(word: 'or' | 'nor' = 'or'): string {
  const names = CODECS.map(({ name }) => name);
  return `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}

/** A part of the path starts with a dot, or is the folder that macOS puts into archives. */
export function isHidden(path: string): boolean {
  return path.split('/').some((part) => (part.startsWith('.') && part !== '.') || part === '__MACOSX');
}

/** A file of a folder that counts as an image, readable or not. */
export function isImage(path: string): boolean {
  return IMAGE_NAME.test(path) && !isHidden(path);
}

/** A member of a tar shard that is an image; others (`.cls`, `.json`, ...) belong to its sample and are ignored. */
export function isMemberImage(path: string): boolean {
  return READABLE_NAME.test(path) && !isHidden(path);
}

function nameEndingIn(extensions: readonly string[]): RegExp {
  return new RegExp(`\\.(${extensions.join('|')})$`, 'i');
}

function startsWith(bytes: Buffer, signature: string): boolean {
  return bytes.toString('latin1', 0, signature.length) === signature;
}
