import { blocksOf } from '../store/blocks.ts';
import type { Store } from '../store/store.ts';
import { byteReader } from './byte-reader.ts';

/** A record of a RecordIO file, or what is wrong at its place. */
export interface RecordEntry {
  /** Of its first byte in the file, as the second column of an `.idx` says it. */
  readonly offset: number;
  readonly payload: Buffer | 'too-long' | 'damaged' | 'cut';
}

export const MAGIC = Buffer.from([0x0a, 0x23, 0xd7, 0xce]);
const WORD = 4;
const LENGTH = 2 ** 29;
/** In the top bits of the second word. */
const PART = { whole: 0, first: 1, middle: 2, last: 3 } as const;

/**
 * The records that begin in a range of a file, so that ranges side by side give every record once. Where the writer found
 * the magic in a payload it has cut the record there; the parts are put together again. What is damaged is passed over up
 * to the next record.
 * @param to - exclusive
 * @param most - bytes of a payload, beyond which it is passed over unkept
 * @see https://mxnet.apache.org/versions/1.9.1/api/architecture/note_data_loading
 */
export async function* recordsOf(
  store: Store,
  key: string,
  from: number,
  to: number,
  most: number,
): AsyncGenerator<RecordEntry> {
  const start = Math.ceil(from / WORD) * WORD;
  const bytes = byteReader(blocksOf(store, key, start), start);
  let lost = start > 0;
  let parts: Buffer[] = [];
  let length = 0;
  let began: number | undefined;

  for (;;) {
    const offset = bytes.offset;
    // A record that began in the range is given to its end.
    if (began === undefined && offset >= to) return;
    const magic = await bytes.take(WORD);
    if (magic.length < WORD) {
      if (began !== undefined) yield { offset: began, payload: 'cut' };
      return;
    }
    if (!magic.equals(MAGIC)) {
      if (!lost) yield { offset: began ?? offset, payload: 'damaged' };
      [lost, began] = [true, undefined];
      continue;
    }
    const header = await bytes.take(WORD);
    if (header.length < WORD) {
      yield { offset: began ?? offset, payload: 'cut' };
      return;
    }
    const word = header.readUInt32LE();
    const [part, size] = [Math.floor(word / LENGTH), word % LENGTH];
    const begins = part === PART.whole || part === PART.first;
    // The last part of a record that another range has, or one whose beginning is lost.
    if (!begins && began === undefined) {
      if (!lost) yield { offset, payload: 'damaged' };
      lost = true;
      continue;
    }
    if (part > PART.last) {
      yield { offset: began ?? offset, payload: 'damaged' };
      [lost, began] = [true, undefined];
      continue;
    }
    if (begins) {
      if (began !== undefined) yield { offset: began, payload: 'damaged' };
      [began, parts, length] = [offset, [], 0];
    }
    lost = false;
    const joint = begins ? 0 : WORD;
    length += joint + size;
    const padded = Math.ceil(size / WORD) * WORD;
    let whole: boolean;
    if (length > most) {
      parts = [];
      whole = await bytes.skip(padded);
    } else {
      const body = await bytes.take(padded);
      whole = body.length >= size;
      if (joint > 0) parts.push(MAGIC);
      parts.push(Buffer.from(body.subarray(0, size)));
    }
    if (!whole) {
      yield { offset: began!, payload: 'cut' };
      return;
    }
    if (part === PART.whole || part === PART.last) {
      const payload = length > most ? 'too-long' : parts.length === 1 ? parts[0]! : Buffer.concat(parts);
      yield { offset: began!, payload };
      began = undefined;
    }
  }
}
