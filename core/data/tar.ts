import { pipeline, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import tar from 'tar-stream';
import type { SampleImage } from '../contracts/sample-image.ts';
import { messageOf, ShardUnreadableError } from '../errors.ts';
import { gunzipFor, packedWords, peek } from './gunzipped.ts';
import { kindOfName } from './image-files.ts';
import { isJunk } from './junk-files.ts';
import { type RawItem, rejectedItem } from './raw-item.ts';
import { refusalOf } from './refusal.ts';
import { type Member, samplesOf } from './samples.ts';

export interface TarSource {
  /** Names the shard in an error. */
  readonly uri: string;
  /** Start of every key: the shard's path in the pool. */
  readonly name: string;
  readonly stream: Readable;
}

const NO_END_MARK = 'No end mark';
const CUT = [NO_END_MARK, 'Unexpected end of data', 'unexpected end of file'];

/**
 * The images of a tar shard, packed with gzip or not, in the order of the archive; of several of one sample the one that is
 * chosen. At most two members are in memory, and none that is longer than `maxBytes`. Where the archive is cut or damaged,
 * what came before is given and then one `truncated-archive`.
 * @param choice - of several images of a sample
 * @throws ShardUnreadableError when there is no tar header at its start
 * @throws what the stream throws when reading it fails
 */
export const readTar = (source: TarSource, maxBytes: number, choice?: SampleImage): AsyncGenerator<RawItem> =>
  samplesOf(membersOf(source, maxBytes), choice);

async function* membersOf({ uri, name, stream }: TarSource, maxBytes: number): AsyncGenerator<Member> {
  // What v7 wrote has no magic; its check sum tells a tar all the same. The option is missing from the library's types.
  const extract = tar.extract({ allowUnknownFormat: true } as Parameters<typeof tar.extract>[0]);
  const head = await peek(stream);
  const gunzip = gunzipFor(head);
  const unpacked = gunzip ?? stream;
  let arrived = 0;
  let failure: unknown;
  const own = new Set<unknown>();
  unpacked.on('data', (chunk: Buffer) => {
    arrived += chunk.length;
  });
  stream.on('error', (error) => {
    failure = error;
  });
  // An error goes through all of them: whose it is tells who has it first.
  for (const side of [gunzip, extract]) {
    side?.on('error', (error: unknown) => {
      if (error !== failure) own.add(error);
    });
  }
  // Errors of any side come out of the loop below.
  if (gunzip === undefined) pipeline(stream, extract, () => undefined);
  else pipeline(stream, gunzip, extract, () => undefined);

  let sound = 0;
  let member = '';
  try {
    for await (const entry of extract) {
      const { name: path, size = 0, type } = entry.header;
      member = path;
      const file = type === 'file' || type === 'contiguous-file';
      if (file && !isJunk(path)) yield await memberOf(name, path.replace(/^\.\//, ''), size, entry, maxBytes);
      entry.resume();
      sound = endOf(entry.header);
    }
    if (arrived === 0) throw new Error('The file is empty');
    // Cut between two members: all that is missing to the eye are the zero blocks at the end.
    if (arrived === sound) throw new Error(NO_END_MARK);
  } catch (error) {
    if (failure !== undefined && !own.has(failure)) throw failure;
    if (member === '') {
      const reason = head.length === 0 ? 'is empty' : (packedWords(head) ?? notTar(head));
      throw new ShardUnreadableError(uri, 0, { cause: error, reason });
    }
    // Only a cut file was read to its end; how much of a damaged one has arrived is chance.
    const where = CUT.includes(messageOf(error)) ? `ends at byte ${arrived}` : `is damaged behind byte ${sound}`;
    const detail = `${where}, in or behind ${member}: ${messageOf(error)}`;
    yield { kind: 'archive', path: '', item: rejectedItem(name, 'truncated-archive', detail) };
  } finally {
    stream.destroy();
    gunzip?.destroy();
    extract.destroy();
  }
}

async function memberOf(
  name: string,
  path: string,
  size: number,
  entry: AsyncIterable<unknown>,
  maxBytes: number,
): Promise<Member> {
  const key = `${name}/${path}`;
  const kind = kindOfName(path);
  if (kind === 'other') {
    return { kind, path, item: rejectedItem(key, 'no-image', 'is no image by its name') };
  }
  if (size > maxBytes) {
    const item = rejectedItem(key, 'too-many-bytes', `${size} bytes, at most ${maxBytes} are read`);
    return { kind: kind === 'image' ? 'image' : 'other', path, item };
  }
  const bytes = await buffer(entry);
  const refusal = kind === 'image' ? undefined : refusalOf(bytes);
  return refusal === undefined
    ? { kind: 'image', path, item: { kind: 'encoded', key, bytes } }
    : { kind: 'other', path, item: rejectedItem(key, refusal.reason, refusal.detail) };
}

/** What stands in place of a tar, where that is known. */
function notTar(head: Buffer): string | undefined {
  const refusal = refusalOf(head);
  return refusal?.reason === 'no-image' && !refusal.detail.startsWith('is gzip') ? refusal.detail : undefined;
}

/** Where a member's data ends, filled up to whole blocks; `byteOffset` is missing from the library's types. */
function endOf(header: { size?: number | undefined; byteOffset?: number }): number {
  return (header.byteOffset ?? 0) + Math.ceil((header.size ?? 0) / 512) * 512;
}
