import { ConfigError, messageOf, OmnidistillError, TransientError } from '../errors.ts';

/** The `code` of a system error, e.g. `ENOENT`. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Neither the file nor, perhaps, its folder is there; a file stands where a folder would be for `ENOTDIR`. */
export const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'is not allowed for this user. Change its permissions or choose another folder',
  EPERM: 'is not allowed for this user. Change its permissions or choose another folder',
  EROFS: 'lies on a read-only file system. Choose another folder',
  ENOSPC: 'does not fit: the disk is full. Free space and start the run again with the same run id',
  EDQUOT: 'does not fit: the quota is used up. Free space and start the run again with the same run id',
  ENOTDIR: 'cannot be made: a part of its path is a file. Choose another folder',
  EEXIST: 'cannot be made: a part of its path is a file. Choose another folder',
  EISDIR: 'is a folder, not a file',
  ENAMETOOLONG: 'has too long a name',
};

const PASSING = ['EMFILE', 'ENFILE', 'EAGAIN', 'EBUSY', 'EINTR', 'ESTALE', 'ETIMEDOUT'];

/** A system error that a person can mend, e.g. a full disk: no network has it. */
export const isFileFault = (error: unknown): boolean => Object.hasOwn(WORDS, codeOf(error) ?? '');

/**
 * What a system error means for the person who chose the folder.
 * @returns ConfigError for what only they can change, TransientError for what passes, OmnidistillError for the rest
 */
export const fileError = (error: unknown, path: string): OmnidistillError => {
  if (error instanceof OmnidistillError) return error;
  const code = codeOf(error) ?? '';
  const words = WORDS[code];
  if (words !== undefined) return new ConfigError(`${path} ${words} (${code}).`, { cause: error });
  if (PASSING.includes(code)) return new TransientError(`${path}: ${messageOf(error)}.`, { cause: error });
  return new OmnidistillError(`${path}: ${messageOf(error)}.`, { cause: error });
};
