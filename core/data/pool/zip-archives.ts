import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import {
  type Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type ZipFile,
} from 'yauzl';
import { z } from 'zod';
import { DataError, messageOf, OmnidistillError, ShardUnreadableError } from '../../errors.ts';
import { randomAccess } from '../../store/blocks.ts';
import type { Store } from '../../store/store.ts';
import { uriOf } from '../../store/uri.ts';
import { kindOfName } from '../image-files.ts';
import { isJunk } from '../junk-files.ts';
import { rejectedItem } from '../raw-item.ts';
import type { Refusal } from '../refusal.ts';
import { type Member, samplesOf } from '../samples.ts';
import type { PoolFormat } from './pool-format.ts';
import { countedSpans, PART_BYTES, Span } from './span.ts';

const inflate = promisify(inflateRaw);
const STORED = 0;

/** Images in zips; a part is a zip, or a range of its entries. */
export const zipArchives: PoolFormat<string | Span> = {
  name: 'zip',
  about: 'zips of images (.zip)',
  unit: 'zips or parts of them',
  holdsMany: true,
  matches: (key) => /\.zip$/i.test(key),
  part: z.union([z.string().min(1), Span]),
  async *partsOf(store, object) {
    // To open thousands of small ones would take Plan longer than it has.
    if (object.size <= PART_BYTES && object.named === undefined) yield object.key;
    else yield* countedSpans(object, (await openZip(store, object.key)).zip.entryCount);
  },
  async *read(store, parts) {
    for (const part of parts) {
      const span = typeof part === 'string' ? { key: part, from: 0, to: Number.POSITIVE_INFINITY } : part;
      // Files of a zip are no samples: two images of one name are two images.
      yield* samplesOf(membersOf(store, span), 'all');
    }
  },
};

async function* membersOf(store: Store, { key, from, to }: Span): AsyncGenerator<Member> {
  const { zip, range } = await openZip(store, key);
  let index = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      if (index >= to) return;
      const path = nameOf(entry);
      if (index++ < from || path.endsWith('/') || isJunk(path)) continue;
      const name = `${key}/${path}`;
      if (kindOfName(path) === 'other') {
        yield { kind: 'other', path, item: rejectedItem(name, 'no-image', 'is no image by its name') };
      } else
        yield {
          kind: 'image',
          path,
          item: { kind: 'stored', key: name, load: (most) => load({ zip, range }, entry, most) },
        };
    }
  } catch (error) {
    if (error instanceof OmnidistillError) throw error;
    const detail = `its directory is damaged behind entry ${index}: ${messageOf(error)}`;
    yield { kind: 'archive', path: '', item: rejectedItem(key, 'truncated-archive', detail) } satisfies Member;
  }
}

async function load({ zip, range }: OpenZip, entry: Entry, most: number): Promise<Buffer | Refusal> {
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

interface OpenZip {
  readonly zip: ZipFile;
  readonly range: ReturnType<typeof randomAccess>;
}

async function openZip(store: Store, key: string): Promise<OpenZip> {
  const size = await store.size(key);
  if (size === undefined) throw new DataError(`There is no ${uriOf(store.root, key)}.`);
  const range = randomAccess(store, key, size);
  try {
    // Names are only names here: those with `..` or a drive are as good as others.
    const options = { decodeStrings: false, autoClose: false };
    return { zip: await fromRandomAccessReaderPromise(new ObjectReader(range), size, options), range };
  } catch (error) {
    if (error instanceof OmnidistillError) throw error;
    const reason = `is no whole zip (${messageOf(error)})`;
    throw new ShardUnreadableError(uriOf(store.root, key), 0, { cause: error, reason });
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

function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false).replace(/^(\.?\/)+/, '');
}
