/** Images that can be read, and kinds that are listed so that they are rejected by name instead of overlooked. */
const IMAGE = /\.(png|jpe?g|webp|gif|bmp|tiff?|svg|avif|heic|heif|pgm|ppm|jp2)$/i;
const READABLE = /\.(png|jpe?g|webp)$/i;

/** A part of the path starts with a dot, or is the folder that macOS puts into archives. */
export const isHidden = (path: string): boolean =>
  path.split('/').some((part) => (part.startsWith('.') && part !== '.') || part === '__MACOSX');

/** A file of a folder that counts as an image, readable or not. */
export const isImage = (path: string): boolean => IMAGE.test(path) && !isHidden(path);

/** A member of a tar shard that is an image; others (`.cls`, `.json`, ...) belong to its sample and are ignored. */
export const isMemberImage = (path: string): boolean => READABLE.test(path) && !isHidden(path);

/** A tar shard of a pool. */
export const isTar = (path: string): boolean => /\.tar$/i.test(path) && !isHidden(path);
