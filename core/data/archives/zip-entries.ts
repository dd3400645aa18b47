import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import {
  type Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type ZipFile,
} from 'yauzl';
import { DataError, messageOf, OmnidistillError } from '../../errors.ts';
import { randomAccess } from '../../store/blocks.ts';
import type { Store } from '../../store/store.ts';
import { uriOf } from '../../store/uri.ts';
import type { Refusal } from '../refusal.ts';

const inflate = promisify(inflateRaw);
const STORED = 0;

export interface OpenZip {
  readonly zip: ZipFile;
  readonly range: ReturnType<typeof randomAccess>;
}

/**
 * Opens a zip by the directory at its end.
 * @throws DataError where there is no such file; an Error of the library where it is none
 */
export async function openZip(store: Store, key: string): Promise<OpenZip> {
  const size = await store.size(key);
  if (size === undefined) throw new DataError(`There is no ${uriOf(store.root, key)}.`);
  const range = randomAccess(store, key, size);
  // Names are only names here: those with `..` or a drive are as good as others.
  const options = { decodeStrings: false, autoClose: false };
  return { zip: await fromRandomAccessReaderPromise(new ObjectReader(range), size, options), range };
}

/** The path of an entry as it stands in the zip; one that ends in a slash is a folder. */
export function pathOfEntry({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
}

/** The bytes of an entry, or why they are not there. */
export async function loadEntry({ zip, range }: OpenZip, entry: Entry, most: number): Promise<Buffer | Refusal> {
  if (entry.isEncrypted()) return { reason: 'unreadable', detail: 'is encrypted' };
  if (!entry.canDecodeFileData()) {
    return { reason: 'unreadable', detail: `is packed by method ${entry.compressionMethod}; only deflate is read` };
  }
  if (entry.uncompressedSize > most) {
    return { reason: 'too-many-bytes', detail: `${entry.uncompressedSize} bytes, at most ${most} are read` };
  }
  try {
    const { fileDataStart: start } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    // Deflate never makes data much longer, so a longer one is a lie.
    const packed = await range(start, start + Math.min(entry.compressedSize, 2 * most));
    if (packed.length < entry.compressedSize) return { reason: 'bad-record', detail: 'its data is cut short' };
    if (entry.compressionMethod === STORED) return packed;
    return await inflate(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
  } catch (error) {
    if (error instanceof OmnidistillError && !(error instanceof DataError)) throw error;
    return { reason: 'bad-record', detail: messageOf(error) };
  }
}

/** What the library reads a file by. */
class ObjectReader extends RandomAccessReader {
  public constructor(private readonly range: OpenZip['range']) {
    super();
  }

  public override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const copy = async (): Promise<void> => {
      const bytes = await this.range(position, position + length);
      if (bytes.length < length) throw new Error('unexpected end of file');
      bytes.copy(buffer, offset);
    };
    copy().then(() => callback(null), callback);
  }
}
