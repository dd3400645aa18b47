import { pipeline, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import tar from 'tar-stream';
import { messageOf } from '../../errors.ts';
import { kindByBytes } from '../file-kinds.ts';
import { isJunk } from '../junk-files.ts';
import { gunzipFor, peek } from './gunzipped.ts';

/** A file of a tar. */
export interface TarMember {
  /** As it stands in the tar, so that other readers find it by this: it may begin with `./`. */
  readonly path: string;
  /** Of its data, in bytes. */
  readonly size: number;
  /** Of its data: from the start of the tar, unpacked where it is packed. */
  readonly offset: number;
  /**
   * Its data, which has to be asked for before the next member is; `undefined` where the tar ends or is damaged in it, and the fault
   * comes next.
   */
  read(): Promise<Buffer | undefined>;
}

/** Why there are no more members than came before. */
export interface TarFault {
  /** Whether there is a tar at all. */
  readonly isTar: boolean;
  /** To follow "it". */
  readonly fault: string | undefined;
  readonly cause: unknown;
}

/** A stream that can be told to leave out what nobody reads. */
export type SkippingStream = Readable & { skipTo?(offset: number): void };

const NO_END_MARK = 'No end mark';
const CUT = [NO_END_MARK, 'Unexpected end of data', 'unexpected end of file'];

/**
 * The files of a tar in its order, packed with gzip or not, without what desktops have put there. One that is cut or damaged gives
 * what came before, and then the fault.
 * @throws what the stream throws when reading it fails
 */
export async function* tarMembers(stream: SkippingStream): AsyncGenerator<TarMember | TarFault> {
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
      const offset = offsetOf(entry.header);
      const end = offset + Math.ceil(size / BLOCK) * BLOCK;
      let asked = false;
      let broken: { readonly error: unknown } | undefined;
      const read = async (): Promise<Buffer | undefined> => {
        asked = true;
        try {
          return await buffer(entry);
        } catch (error) {
          broken = { error };
          return undefined;
        }
      };
      const isFile = type === 'file' || type === 'contiguous-file';
      if (isFile && !isJunk(path)) yield { path, size, offset, read };
      if (broken !== undefined) throw broken.error;
      if (!asked && gunzip === undefined) stream.skipTo?.(end);
      entry.resume();
      sound = end;
    }
    if (arrived === 0) throw new Error('The file is empty');
    // Cut between two members: all that is missing to the eye are the zero blocks at the end.
    if (arrived === sound) throw new Error(NO_END_MARK);
  } catch (error) {
    if (failure !== undefined && !own.has(failure)) throw failure;
    if (member === '') yield { isTar: false, fault: notTar(head), cause: error };
    else {
      // Only a cut file was read to its end; how much of a damaged one has arrived is chance.
      const where = CUT.includes(messageOf(error)) ? `ends at byte ${arrived}` : `is damaged behind byte ${sound}`;
      yield { isTar: true, fault: `${where}, in or behind ${member}: ${messageOf(error)}`, cause: error };
    }
  } finally {
    stream.destroy();
    gunzip?.destroy();
    extract.destroy();
  }
}

const BLOCK = 512;

/** What stands in place of a tar, where that is known. */
function notTar(head: Buffer): string | undefined {
  if (head.length === 0) return 'is empty';
  const kind = kindByBytes(head);
  return kind === undefined || kind.startsWith('gzip') || kind.startsWith('a tar')
    ? undefined
    : `is ${kind.replace(';', ', not a tar;')}`;
}

/** Where a member's data begins; it is missing from the library's types. */
function offsetOf(header: { readonly name: string; readonly byteOffset?: number }): number {
  return header.byteOffset ?? 0;
}
