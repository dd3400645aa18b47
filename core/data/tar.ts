import { pipeline, type Readable } from 'node:stream';
import tar from 'tar-stream';
import { messageOf, ShardUnreadableError } from '../errors.ts';
import { isMemberImage } from './image-files.ts';
import { type RawItem, rejectedItem } from './raw-item.ts';

export interface TarSource {
  /** Names the shard in an error. */
  readonly uri: string;
  /** Start of every key: the shard's path in the pool. */
  readonly name: string;
  readonly stream: Readable;
}

const NO_END_MARK = 'No end mark';
const CUT = [NO_END_MARK, 'Unexpected end of data'];

/**
 * The images of a tar shard in the order of the archive. At most one member is in memory, and none that is longer than
 * `maxBytes`. Where the archive is cut or damaged, what came before is given and then one `truncated-archive`.
 * @throws ShardUnreadableError when there is no tar header at its start
 * @throws what the stream throws when reading it fails
 */
export async function* readTar({ uri, name, stream }: TarSource, maxBytes: number): AsyncGenerator<RawItem> {
  const extract = tar.extract();
  let arrived = 0;
  let failure: unknown;
  stream.on('data', (chunk: Buffer) => {
    arrived += chunk.length;
  });
  stream.on('error', (error) => {
    failure = error;
  });
  // Errors of either side come out of the loop below.
  pipeline(stream, extract, () => undefined);

  let sound = 0;
  let member = '';
  try {
    for await (const entry of extract) {
      const { name: path, size = 0, type } = entry.header;
      member = path;
      const key = `${name}/${path.replace(/^\.\//, '')}`;
      const wanted = (type === 'file' || type === 'contiguous-file') && isMemberImage(path);
      if (wanted && size <= maxBytes) yield { kind: 'encoded', key, bytes: await readWhole(entry) };
      else entry.resume();
      if (wanted && size > maxBytes)
        yield rejectedItem(key, 'too-many-bytes', `${size} bytes, at most ${maxBytes} are read`);
      sound = endOf(entry.header);
    }
    if (arrived === 0) throw new Error('The file is empty');
    // Cut between two members: all that is missing to the eye are the zero blocks at the end.
    if (arrived === sound) throw new Error(NO_END_MARK);
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (member === '') throw new ShardUnreadableError(uri, 0, { cause: error });
    // Only a cut file was read to its end; how much of a damaged one has arrived is chance.
    const where = CUT.includes(messageOf(error)) ? `ends at byte ${arrived}` : `is damaged behind byte ${sound}`;
    yield rejectedItem(name, 'truncated-archive', `${where}, in or behind ${member}: ${messageOf(error)}`);
  } finally {
    stream.destroy();
    extract.destroy();
  }
}

async function readWhole(entry: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Where a member's data ends, filled up to whole blocks; `byteOffset` is missing from the library's types. */
function endOf(header: { size?: number | undefined; byteOffset?: number }): number {
  return (header.byteOffset ?? 0) + Math.ceil((header.size ?? 0) / 512) * 512;
}
